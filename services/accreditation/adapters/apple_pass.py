"""A badge as a pass of Apple Wallet: a zip of pass.json, its strings in three languages, pictures, manifest, signature.

Source: Apple, "Wallet Passes" (pass.json keys; "Building a pass"; "Adding localization"). The telephone draws the
symbol itself from the credential's text, at a level of its own choice.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from PIL import Image, ImageDraw

from services.accreditation.adapters.badge_sheets import PhotoUnreadableError
from services.accreditation.domain.wallet import WalletFace

PREVIEW_TYPE: Final = "pass.preview"
PREVIEW_TEAM: Final = "PREVIEW"
_ICON: Final = 29
_LOGO: Final = 50
_THUMBNAIL: Final = 90
_SCALES: Final = (1, 2, 3)
_FINE: Final = 4
_GROUND, _GATE = "#0f3d3e", "#e8c872"
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
Strings = Mapping[str, Mapping[str, str]]
"""For each language the words by key."""


def pass_files(shown: WalletFace, strings: Strings, *, pass_type: str, team: str) -> dict[str, bytes]:
    """Every file of the pass but manifest and signature. Raises PhotoUnreadableError."""
    files = {"pass.json": _json(_pass(shown, pass_type, team))}
    for language, words in strings.items():
        files[f"{language}.lproj/pass.strings"] = _strings_file(words)
    for scale in _SCALES:
        at = "" if scale == 1 else f"@{scale}x"
        files[f"icon{at}.png"] = _gate(_ICON * scale)
        files[f"logo{at}.png"] = _gate(_LOGO * scale)
        if shown.face.photo is not None:
            files[f"thumbnail{at}.png"] = _thumbnail(shown.face.photo, _THUMBNAIL * scale)
    return files


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The SHA-1 of each file in hex, which is what the format asks for; the signature over it uses SHA-256."""
    digests = {name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
    return _json(digests)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The same files are the same bytes: entries have no time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _pass(shown: WalletFace, pass_type: str, team: str) -> dict[str, Any]:
    face = shown.face
    ink = "rgb(255, 255, 255)" if _is_dark(face.colour) else "rgb(22, 33, 31)"
    back = [_field(key) for key in ("names", "rank", "title_held", "zones", "note")]
    return {
        "formatVersion": 1,
        "passTypeIdentifier": pass_type,
        "teamIdentifier": team,
        "serialNumber": shown.badge_id,
        "organizationName": face.conference["en"],
        "description": "about",
        "logoText": "conference",
        "sharingProhibited": True,
        "expirationDate": shown.valid_until.isoformat(),
        "backgroundColor": "rgb({}, {}, {})".format(*_rgb(face.colour)),
        "foregroundColor": ink,
        "labelColor": ink,
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": face.credential,
                "messageEncoding": "iso-8859-1",
                "altText": face.number,
            }
        ],
        "eventTicket": {
            "headerFields": [{**_field("number"), "value": face.number}],
            "primaryFields": [_field("name")],
            "secondaryFields": [_field("delegation"), _field("category")],
            "auxiliaryFields": [_field("days")],
            "backFields": back,
        },
    }


def _field(key: str) -> dict[str, str]:
    """A field whose label and value are keys of the strings."""
    return {"key": key, "label": f"{key}.label", "value": f"{key}.value"}


def _strings_file(words: Mapping[str, str]) -> bytes:
    lines = [f'"{_escaped(key)}" = "{_escaped(value)}";' for key, value in words.items()]
    return "\n".join((*lines, "")).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _is_dark(colour: str) -> bool:
    """By the weights of ITU-R BT.601."""
    red, green, blue = _rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 150


@cache
def _gate(side: int) -> bytes:
    """A gate: an arch in a square with round corners."""
    size = side * _FINE
    picture = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, size - 1, size - 1), radius=size * 0.2, fill=_GROUND)
    for inset, colour in ((0.24, _GATE), (0.36, _GROUND)):
        left, right = size * inset, size * (1 - inset)
        top = size * (inset - 0.04)
        draw.pieslice((left, top, right, top + right - left), 180, 360, fill=colour)
        draw.rectangle((left, top + (right - left) / 2, right, size * 0.8), fill=colour)
    draw.rectangle((size * 0.16, size * 0.8, size * 0.84, size * 0.86), fill=_GATE)
    return _png(picture.resize((side, side), Image.Resampling.LANCZOS))


def _thumbnail(jpeg: bytes, side: int) -> bytes:
    """The portrait inside a square of that many pixels."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
            return _png(picture.convert("RGB"))
    except OSError:
        raise PhotoUnreadableError from None


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
