"""Tokens on paper, in the worker that draws badges and by the same renderer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from services.accreditation.adapters.badge_page import language_of_text, side_data, typeset
from services.accreditation.adapters.badge_sheets import joined, only_pages
from services.accreditation.adapters.token_layouts import token_layouts
from services.accreditation.domain.token import KEPT_IN_ARMOURY, TokenKind
from services.accreditation.domain.token_face import NamedPerson, TokenFace, TokenSay
from shared.web.texts import LANGUAGES, Texts

Said = Mapping[TokenSay, Sequence[tuple[str, str]]]
"""What each line says, in how many lines, each with its language."""
COLUMN_MIN: Final = 20


@dataclass(frozen=True)
class TokenPage:
    kind: TokenKind
    says: Said


class PrintedTokens:
    def __init__(self, pool: Executor, texts: Texts) -> None:
        self._pool = pool
        self._texts = texts

    async def tokens(self, faces: Sequence[TokenFace]) -> bytes:
        pages = [TokenPage(face.token.facts.kind, said_of(face, self._texts)) for face in faces]
        return await asyncio.get_running_loop().run_in_executor(self._pool, draw_tokens, pages)


def draw_tokens(pages: Sequence[TokenPage]) -> bytes:
    """One PDF, every side of each token, in order; pages are as large as each kind's layout says."""
    return joined([_drawn(kind, list(alike)) for kind, alike in groupby(pages, key=lambda page: page.kind)])


def _drawn(kind: TokenKind, pages: Sequence[TokenPage]) -> bytes:
    layout = token_layouts()[kind]
    sides = [{"ground": [], "personal": side_data(items)} for items in layout.sides]
    data = {
        "page": layout.page,
        "layouts": [sides],
        "grounds": [],
        "badges": [{"layout": 0, "says": page.says, "colour": layout.colour} for page in pages],
    }
    return only_pages(typeset(data), len(pages) * len(sides))


def said_of(face: TokenFace, texts: Texts) -> dict[TokenSay, list[tuple[str, str]]]:
    """The words of a printed token; what it has nothing of is left out."""
    token, facts = face.token, face.token.facts
    kind = {each: texts.say(f"accreditation.token_kind.{facts.kind.value}", each) for each in LANGUAGES}
    notes = {each: texts.say(f"accreditation.token_note.{facts.kind.value}", each) for each in LANGUAGES}
    holder = face.people[0] if facts.holder is not None else NamedPerson()
    mark_of = "serial" if facts.kind in KEPT_IN_ARMOURY else "plate"
    says = {
        TokenSay.CONFERENCE_AR: (face.conference["ar"], "ar"),
        TokenSay.CONFERENCE_EN: (face.conference["en"], "en"),
        TokenSay.KIND_AR: (kind["ar"], "ar"),
        TokenSay.KIND: (f"{kind['fr']} · {kind['en']}", "en"),
        TokenSay.NUMBER: (token.printed, "en"),
        TokenSay.DELEGATION: (f"{face.delegation['ar']} · {face.delegation['en']}", "ar"),
        TokenSay.MARK_LABEL: (_in_all(texts, f"accreditation.token_page.{mark_of}") if facts.mark else "", "ar"),
        TokenSay.MARK: (facts.mark or "", language_of_text(facts.mark or "")),
        TokenSay.RANK: (holder.rank, language_of_text(holder.rank)),
        TokenSay.NAME_ARABIC: (holder.name_arabic, "ar"),
        TokenSay.NAME_LATIN: (holder.name_latin, "en"),
        TokenSay.DAYS: (f"{face.first_day:%Y-%m-%d} – {face.last_day:%Y-%m-%d}", "en"),
        TokenSay.NOTE_AR: (notes["ar"], "ar"),
        TokenSay.NOTE_FR: (notes["fr"], "fr"),
        TokenSay.NOTE_EN: (notes["en"], "en"),
    }
    return {say: [said] for say, said in says.items() if said[0]} | _manifest(face, texts)


def _manifest(face: TokenFace, texts: Texts) -> dict[TokenSay, list[tuple[str, str]]]:
    if not face.token.facts.manifest:
        return {}
    lines = [(f"{place}. {_name(person)}", "ar") for place, person in enumerate(face.people, start=1)]
    first = max(COLUMN_MIN, -(-len(lines) // 2))
    columns = {TokenSay.MANIFEST_FIRST: lines[:first], TokenSay.MANIFEST_SECOND: lines[first:]}
    label = _in_all(texts, "accreditation.token_page.manifest")
    return {TokenSay.MANIFEST_LABEL: [(label, "ar")], **{say: found for say, found in columns.items() if found}}


def _name(person: NamedPerson) -> str:
    """In both scripts as written; a dash for somebody who was erased."""
    return " · ".join(filter(None, (person.name_arabic, person.name_latin))) or "–"


def _in_all(texts: Texts, code: str) -> str:
    return " · ".join(texts.say(code, language) for language in LANGUAGES)
