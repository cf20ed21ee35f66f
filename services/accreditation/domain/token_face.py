"""What a printed token shows, and where: one layout a kind, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from services.accreditation.domain.badge_layout import Item
from services.accreditation.domain.conference_rules import Words
from services.accreditation.domain.token import Token


class TokenSay(StrEnum):
    """What a line of text says; a line that has nothing to say takes no room."""

    CONFERENCE_AR = "conference_ar"
    CONFERENCE_EN = "conference_en"
    KIND_AR = "kind_ar"
    KIND = "kind"
    NUMBER = "number"
    DELEGATION = "delegation"
    MARK_LABEL = "mark_label"
    MARK = "mark"
    RANK = "rank"
    NAME_ARABIC = "name_arabic"
    NAME_LATIN = "name_latin"
    DAYS = "days"
    MANIFEST_LABEL = "manifest_label"
    MANIFEST_FIRST = "manifest_first"
    MANIFEST_SECOND = "manifest_second"
    NOTE_AR = "note_ar"
    NOTE_FR = "note_fr"
    NOTE_EN = "note_en"


@dataclass(frozen=True)
class TokenLayout:
    """`page` is width and height in millimetres; a token is printed on one side or on two."""

    page: tuple[float, float]
    colour: str
    sides: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True)
class NamedPerson:
    """Rank and name as written; an erased person has none of them."""

    rank: str = ""
    name_arabic: str = ""
    name_latin: str = ""


@dataclass(frozen=True)
class TokenFace:
    """`people` is the holder, or who may sit in the vehicle, in the manifest's order."""

    token: Token
    conference: Words
    delegation: Words
    people: tuple[NamedPerson, ...]
    first_day: date
    last_day: date


class TokenPrinter(Protocol):
    async def tokens(self, faces: Sequence[TokenFace]) -> bytes:
        """One PDF, every side of each, in order."""
        ...
