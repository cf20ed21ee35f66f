"""Passes of Apple Wallet and Google Wallet, signed with what the installation was given, else as previews."""

from __future__ import annotations

import asyncio
import io
from typing import Final

from PIL import Image

from services.accreditation.adapters.apple_pass import PREVIEW_TEAM, PREVIEW_TYPE, manifest_of, pass_files, zipped
from services.accreditation.adapters.badge_symbol import symbol_modules, with_quiet_zone
from services.accreditation.adapters.google_pass import PREVIEW_ISSUER, SAVE_URL, ticket_class, ticket_object
from services.accreditation.adapters.wallet_keys import AppleKeys, GoogleKeys
from services.accreditation.domain.wallet import AppleFile, GooglePass, WalletFace
from shared.web.texts import LANGUAGES, Texts
from shared.world import World

_LABELS: Final = ("name", "delegation", "category", "number", "days", "names", "rank", "title_held", "zones", "note")
_SYMBOL_SCALE: Final = 4
_NOTHING: Final = "–"


class WalletPasses:
    def __init__(self, apple: AppleKeys | None, google: GoogleKeys | None, texts: Texts, world: World) -> None:
        self._apple = apple
        self._google = google
        self._texts = texts
        self._world = world

    @property
    def signs_apple(self) -> bool:
        return self._apple is not None

    @property
    def signs_google(self) -> bool:
        return self._google is not None

    async def apple(self, face: WalletFace) -> AppleFile:
        return await asyncio.to_thread(self._apple_file, face)

    async def google(self, face: WalletFace) -> GooglePass:
        return await asyncio.to_thread(self._google_pass, face)

    async def symbol(self, face: WalletFace) -> bytes:
        return await asyncio.to_thread(_symbol, face.face.credential)

    def _apple_file(self, face: WalletFace) -> AppleFile:
        keys = self._apple
        symbol_modules(face.face.credential)
        strings = {language: self._words(face, language) for language in LANGUAGES}
        pass_type, team = (keys.pass_type, keys.team) if keys else (PREVIEW_TYPE, PREVIEW_TEAM)
        files = pass_files(face, strings, pass_type=pass_type, team=team)
        manifest = manifest_of(files)
        files["manifest.json"] = manifest
        if keys is not None:
            files["signature"] = keys.sign(manifest, self._world.now())
        return AppleFile(zipped(files), is_signed=keys is not None)

    def _google_pass(self, face: WalletFace) -> GooglePass:
        keys = self._google
        issuer = keys.issuer if keys else PREVIEW_ISSUER
        found, its_class = ticket_object(face, issuer), ticket_class(face, issuer)
        if keys is None:
            return GooglePass(its_class, found, None)
        token = keys.sign({"eventTicketObjects": [found]}, self._world.now())
        return GooglePass(its_class, found, SAVE_URL + token)

    def _labels(self, language: str) -> dict[str, str]:
        return {f"{key}.label": self._texts.say(f"accreditation.wallet.{key}", language) for key in _LABELS}

    def _words(self, shown: WalletFace, language: str) -> dict[str, str]:
        """What the pass says in one language, by key."""
        face = shown.face
        about = self._texts.say("accreditation.wallet.about", language, conference=face.conference[language])
        preview = self._texts.say("accreditation.wallet.preview_mark", language)
        names = [name for name in (face.name_arabic, face.name_latin) if name]
        values = {
            "name": shown.names[language],
            "delegation": face.delegation[language],
            "category": face.category[language],
            "days": f"{shown.first_day:%Y-%m-%d} – {shown.last_day:%Y-%m-%d}",
            "names": "\n".join(names),
            "rank": face.rank or _NOTHING,
            "title_held": face.title or _NOTHING,
            "zones": "\n".join(zone[language] for zone, _ in face.grants) or _NOTHING,
            "note": self._texts.say("accreditation.wallet.note_text", language),
        }
        return {
            "about": about if self.signs_apple else f"{preview} · {about}",
            "conference": face.conference[language] if self.signs_apple else preview,
            **self._labels(language),
            **{f"{key}.value": value for key, value in values.items()},
        }


def _symbol(credential: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(with_quiet_zone(symbol_modules(credential), _SYMBOL_SCALE)).save(out, "PNG")
    return out.getvalue()
