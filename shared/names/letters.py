"""Letters as they are compared: one form for each, the Greek ones in Latin, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
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
_GREEK_Y: Final = re.compile("γι(?=[αεο])")
_GREEK_D: Final = re.compile("(?<=\\w)ντ")
_SEPARATORS: Final = re.compile(r"[^\w'ء-ي]+")


def is_arabic(word: str) -> bool:
    return any("ء" <= char <= "ي" for char in word)


def plain_words(text: str) -> list[str]:
    """A name's words in small plain letters: no marks, vowel signs, tatweel, digits or characters without a width.

    Hyphens part words, apostrophes do not. Hamza stays on its carrier, because it tells vowels apart.
    """
    lowered = unicodedata.normalize("NFKC", text).replace("İ", "i").casefold()
    lowered = lowered.translate(_LATIN).translate(_KEPT)
    bare = _without_marks(lowered).translate(_ARABIC)
    for mark, letter in _BACK.items():
        bare = bare.replace(mark, letter)
    bare = _GREEK_D.sub("ńd", _GREEK_Y.sub("y", bare)).replace("ντ", "d")
    for pair, latin in _GREEK_PAIRS:
        bare = bare.replace(pair, latin)
    words = _SEPARATORS.sub(" ", bare.translate(_GREEK)).replace("_", " ").split()
    spelled = ("".join(char for char in word if char.isalpha() or char == "'").strip("'") for word in words)
    return [word for word in spelled if word]


def _without_marks(text: str) -> str:
    """Without combining marks and format characters; Arabic letters keep the hamza and madda that they carry."""
    kept: list[str] = []
    for char in text:
        if "ء" <= char <= "ي":
            kept.append(char)
            continue
        kept += [
            part
            for part in unicodedata.normalize("NFKD", char)
            if not unicodedata.combining(part) and unicodedata.category(part) != "Cf"
        ]
    return "".join(kept)
