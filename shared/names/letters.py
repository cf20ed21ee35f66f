"""Letters as they are compared: one form for each, the Greek ones in Latin, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ARABIC: Final = str.maketrans(
    {
        "ک": "ك",
        "گ": "ق",
        "ی": "ي",
        "ې": "ى",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ڤ": "ف",
        "ڨ": "ق",
        "چ": "ج",
        "پ": "ب",
        "ژ": "ج",
        "ٱ": "ا",
        "ـ": None,
        "ء": None,
    }
)
_LATIN: Final = str.maketrans(
    {
        "ı": "i",
        "ş": "sh",
        "š": "sh",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "e",
        "œ": "e",
        "ħ": "h",
        "ż": "z",
        "ġ": "dj",
        "ċ": "tch",
        "č": "tch",
        "ñ": "n",
        "ɛ": "e",
        "ʿ": None,
        "ʾ": None,
        "ʻ": None,
        "`": "'",
        "’": "'",
        "‘": "'",
        "´": "'",
        "ʼ": "'",
    }
)
_KEPT: Final = str.maketrans({"ç": "\ue000", "ğ": "\ue001"})
_BACK: Final = {"\ue000": "ç", "\ue001": "ğ"}
_GREEK_PAIRS: Final = (
    ("ου", "ou"),
    ("μπ", "b"),
    ("γκ", "g"),
    ("γγ", "ng"),
    ("τζ", "dj"),
    ("τσ", "tch"),
    ("αυ", "av"),
    ("ευ", "ev"),
)
_GREEK: Final = str.maketrans(
    dict(zip("αβγδεζηικλμνξοπρσςτυω", "avgdeziiklmnxoprsstio", strict=True))
    | {"θ": "th", "φ": "f", "χ": "kh", "ψ": "ps"}
)
_IS_ARABIC: Final = re.compile("[ء-ي]")
_IS_GREEK: Final = re.compile("[α-ω]")
_GREEK_Y: Final = re.compile("γι(?=[αεο])")
_GREEK_D: Final = re.compile("(?<=\\w)ντ")
_SEPARATORS: Final = re.compile(r"[^\w'ء-ي]+")


def is_arabic(word: str) -> bool:
    return _IS_ARABIC.search(word) is not None


def plain_words(text: str) -> list[str]:
    """A name's words in small plain letters: no marks, vowel signs, tatweel, digits or characters without a width.

    Hyphens part words, apostrophes do not. Hamza stays on its carrier, because it tells vowels apart.
    """
    bare = text.casefold().replace("`", "'") if text.isascii() else _bare(text)
    words = _SEPARATORS.sub(" ", bare).replace("_", " ").split()
    return [spelled for word in words if (spelled := word if word.isalpha() else _letters(word))]


def _bare(text: str) -> str:
    lowered = unicodedata.normalize("NFKC", text).replace("İ", "i").casefold()
    bare = _without_marks(lowered.translate(_LATIN).translate(_KEPT)).translate(_ARABIC)
    for mark, letter in _BACK.items():
        bare = bare.replace(mark, letter)
    return _greek_in_latin(bare) if _IS_GREEK.search(bare) else bare


def _greek_in_latin(bare: str) -> str:
    bare = _GREEK_D.sub("ńd", _GREEK_Y.sub("y", bare)).replace("ντ", "d")
    for pair, latin in _GREEK_PAIRS:
        bare = bare.replace(pair, latin)
    return bare.translate(_GREEK)


def _letters(word: str) -> str:
    return "".join(char for char in word if char.isalpha() or char == "'").strip("'")


def _without_marks(text: str) -> str:
    """Without combining marks and format characters; Arabic letters keep the hamza and madda that they carry."""
    return "".join(map(_without_mark, text))


@lru_cache(maxsize=4_096)
def _without_mark(char: str) -> str:
    if "ء" <= char <= "ي":
        return char
    parts = unicodedata.normalize("NFKD", char)
    return "".join(part for part in parts if not unicodedata.combining(part) and unicodedata.category(part) != "Cf")
