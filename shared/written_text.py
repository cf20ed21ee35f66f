"""What people write into a field: refused where it would mislead whoever reads it, kept as written otherwise.

Direction marks and invisible characters (Unicode Technical Report 36, section 2.2 and 3.1), letters of two scripts in
one word (Unicode Technical Standard 39, section 5.2), marks heaped upon a letter (section 5.4 there), emoji, control
characters. Nothing is removed or replaced.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, Final

from shared.errors import InvalidError


class Fault(StrEnum):
    """Why a text is refused; the value is the code of its sentence."""

    CONTROL = "text.control"
    DIRECTION = "text.direction_mark"
    INVISIBLE = "text.invisible"
    EMOJI = "text.emoji"
    STACKED = "text.stacked_marks"
    MIXED = "text.mixed_scripts"


@dataclass(eq=False)
class MisleadingTextError(InvalidError):
    """The text of `field` would mislead its reader; `fault` is a `Fault`'s code without "text."."""

    code: ClassVar[str] = "text"

    field: str
    fault: str


_DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS: Final = frozenset("\u200c\u200d")
# Signs that ministries write, of the kinds that pictures are of; and pictures that are of other kinds.
_WRITTEN_SIGNS: Final = frozenset("\u00b0\u2116\u00b4`")
_PICTURES: Final = frozenset("\u203c\u2049\u20e3\u2194\u25fd\u25fe\u3030")
MARKS_MAX: Final = 4
_CONFUSABLE: Final = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC")
_LINE_BREAKS: Final = str.maketrans("\n\r\t", "   ")


def require_clean(field: str, text: str, *, has_lines: bool = False) -> None:
    """Raises MisleadingTextError."""
    fault = text_fault(text, has_lines=has_lines)
    if fault is not None:
        raise MisleadingTextError(field, fault.removeprefix("text."))


def text_fault(text: str, *, has_lines: bool = False) -> Fault | None:
    """The first thing wrong with a text, None when it is good. One that `has_lines` may have line breaks and tabs."""
    if has_lines:
        text = text.translate(_LINE_BREAKS)
    marks = 0
    for place, char in enumerate(text):
        if char in _WRITTEN_SIGNS:
            marks = 0
            continue
        if char in _DIRECTION:
            return Fault.DIRECTION
        if char in _JOINERS:
            if not _joins_arabic(text, place):
                return Fault.INVISIBLE
            continue
        match kind := unicodedata.category(char):
            case "Cc" | "Cs" | "Co" | "Cn" | "Zl" | "Zp":
                return Fault.CONTROL
            case "Cf":
                return Fault.INVISIBLE
            case "So" | "Sk":
                return Fault.EMOJI
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks > MARKS_MAX:
            return Fault.STACKED
        if char in _PICTURES:
            return Fault.EMOJI
        if 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF or char in "\u3164\u115f\u1160\uffa0":
            return Fault.INVISIBLE
    if any(_mixes_scripts(word) for word in text.split()):
        return Fault.MIXED
    return None


@lru_cache(maxsize=4_096)
def script_of(char: str) -> str:
    """The script of a letter by its name in the Unicode Character Database; empty for what is no letter."""
    if not unicodedata.category(char).startswith("L"):
        return ""
    name = unicodedata.name(char, "")
    if name.startswith(("FULLWIDTH LATIN", "MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT ", "BLACK-LETTER")):
        return "CONFUSABLE"
    return "" if name.startswith("MODIFIER LETTER") else name.split(" ", 1)[0]


def _mixes_scripts(word: str) -> bool:
    scripts = {script_of(char) for char in word} - {""}
    return "CONFUSABLE" in scripts or len(scripts & set(_CONFUSABLE)) > 1


def _joins_arabic(text: str, place: int) -> bool:
    """A joiner between two Arabic letters is spelling, as in Persian and Urdu names; anywhere else it hides."""
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return len(around) == 2 and all(script_of(char) == "ARABIC" for char in around)
