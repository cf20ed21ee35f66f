"""What a written word sounds like: its consonants, and the vowels that follow each.

Arabic writes consonants and long vowels; the Latin spellings of one Arabic name differ in nearly everything but the
consonants, and in those along a few known lines (kh/h/j, q/k/g, dj/j/g, ch/sh, dh/d/z, ou/w). A word is therefore a row
of consonants, each with its vowels, and `keys` are the coarse skeletons by which a word is looked up.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

KEYS_MAX: Final = 8
QUIET: Final = "e"


@dataclass(frozen=True, eq=False)
class Sound:
    """A word as heard: vowels before the first consonant, then (consonant, vowels after it) in order.

    Vowels are letters of AIUE (E: between A and I), `*` for a carrier that any vowel may sit on, and QUIET for a
    final e that may not be spoken. `arabic` says that short vowels are not written.
    """

    before: str
    row: tuple[tuple[str, str], ...]
    arabic: bool

    @property
    def consonants(self) -> str:
        return "".join(consonant for consonant, _ in self.row)


# Consonants by one letter each. Upper case: D dh/ذ, G gh/غ, S sh/ش, C "ch" (sh, tch, k or kh), X "c" before e or i,
# J "g" before e or i; 0 th/ث, x kh/خ, y "ğ".
_LATIN_RULES: Final = (
    ("tsch", "C"),
    ("tch", "C"),
    ("sch", "S"),
    ("dsch", "j"),
    ("sh", "S"),
    ("ch", "C"),
    ("kh", "x"),
    ("gh", "G"),
    ("dh", "D"),
    ("th", "0"),
    ("ph", "f"),
    ("dj", "j"),
    ("dg", "j"),
    ("zh", "j"),
    ("ck", "k"),
    ("cq", "k"),
    ("x", "ks"),
    ("ç", "X"),
    ("ğ", "y"),
    ("ń", "N"),
)
_LATIN_ONE: Final = {**{char: char for char in "bpfvmnlrtdszjgkqh"}, "c": "k"}
_LATIN_VOWELS: Final = {"a": "A", "e": "E", "i": "I", "y": "I", "o": "U", "u": "U", "w": "U"}
_SOFT: Final = "eiy"

_ARABIC_ONE: Final = {
    **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bt0jhxdDrzSSsDtDGfqklmnh", strict=True)),
    "س": "s",
}
_ARABIC_VOWELS: Final = {
    "ا": "A",
    "أ": "*",
    "إ": "I",
    "آ": "A",
    "ؤ": "U",
    "ئ": "I",
    "و": "U",
    "ي": "I",
    "ى": "E",
    "ة": "A",
    "ع": "*",
}

_COARSE: Final = {
    "b": "P",
    "p": "P",
    "f": "F",
    "m": "M",
    "n": "N",
    "l": "L",
    "r": "R",
    "t": "T",
    "d": "T",
    "D": "TS",
    "0": "TS",
    "s": "S",
    "z": "S",
    "S": "S",
    "C": "SK",
    "X": "SJ",
    "j": "JK",
    "J": "JK",
    "g": "K",
    "G": "K",
    "k": "K",
    "q": "K",
    "x": "K-",
    "y": "-K",
    "v": "F-",
    "N": "-N",
    "h": "-",
    "H": "-",
}


@lru_cache(maxsize=131_072)
def hear(word: str, *, arabic: bool) -> Sound:
    """The sound of one plain word (`letters.plain_words`)."""
    return _hear_arabic(word) if arabic else _hear_latin(word)


def keys(sound: Sound) -> tuple[str, ...]:
    """The coarse skeletons of a word, at most eight: classes of consonants, weak ones left out, doubles once."""
    choices = [_COARSE[consonant] for consonant in sound.consonants]
    found: dict[str, None] = {}
    for combination in itertools.islice(itertools.product(*choices), KEYS_MAX):
        skeleton = re.sub(r"(.)\1+", r"\1", "".join(combination).replace("-", ""))
        found[skeleton] = None
    return tuple(found)


def _hear_arabic(word: str) -> Sound:
    before, row = "", list[tuple[str, str]]()
    for index, char in enumerate(word):
        consonant = _ARABIC_ONE.get(char)
        if consonant is not None:
            row.append(("H" if char == "ه" and index == len(word) - 1 else consonant, ""))
            continue
        vowel = _ARABIC_VOWELS.get(char, "")
        if index == 0 and char == "ا":
            vowel = "*"  # a bare alif at the start carries any vowel
        if row:
            row[-1] = (row[-1][0], row[-1][1] + vowel)
        else:
            before += vowel
    return Sound(before, tuple(row), arabic=True)


def _hear_latin(word: str) -> Sound:
    before, row = "", list[tuple[str, str]]()
    place, text = 0, word.replace("'", "")
    while place < len(text):
        consonants, width = _latin_consonants(text, place)
        if not consonants:
            vowel = "I" if text.startswith("ee", place) else _LATIN_VOWELS.get(text[place], "")
            vowel = "I" if text[place - 1 : place + 1] == "ee" else vowel
            if row:
                row[-1] = (row[-1][0], row[-1][1] + vowel)
            else:
                before += vowel
        for consonant in consonants:
            doubled = bool(row) and row[-1] == (consonant, "")
            if not doubled:
                row.append((consonant, ""))
        place += width
    return Sound(before, _quiet_end(text, row), arabic=False)


def _latin_consonants(text: str, place: int) -> tuple[str, int]:
    for letters, consonants in _LATIN_RULES:
        if text.startswith(letters, place):
            return consonants, len(letters)
    char, after = text[place], text[place + 1 : place + 3]
    if char in "gq" and after[:1] == "u" and after[1:] in ("e", "i", "y"):
        return ("g" if char == "g" else "k"), 2
    if char == "c" and after[:1] and after[0] in _SOFT:
        return "X", 1
    if char == "g" and after[:1] and after[0] in _SOFT:
        return "J", 1
    return _LATIN_ONE.get(char, ""), 1


def _quiet_end(text: str, row: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A final e may not be spoken, and the h of a final -ah or -eh hardly is."""
    if len(row) > 1 and text[-1:] == "h" and text[-2:-1] in ("a", "e") and row[-1] == ("h", ""):
        row[-1] = ("H", "")
    elif len(row) > 1 and row[-1][1] == "E" and text[-1:] == "e":
        row[-1] = (row[-1][0], QUIET)
    return tuple(row)
