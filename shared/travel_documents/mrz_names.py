"""Whether a zone's name agrees with the typed one, in either script."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from shared.names import compare_names, read_name
from shared.travel_documents.mrz import Mrz

AGREES_MIN: Final = 0.75

# ICAO Doc 9303 part 3 (eighth edition), section 6, table C. It is no spelling to show.
_TABLE: Final = {
    **{"ء": "XE", "آ": "XAA", "أ": "XAE", "ؤ": "U", "إ": "I", "ئ": "XI", "ا": "A", "ب": "B", "ة": "XTA", "ت": "T"},
    **{"ث": "XTH", "ج": "J", "ح": "XH", "خ": "XKH", "د": "D", "ذ": "XDH", "ر": "R", "ز": "Z", "س": "S", "ش": "XSH"},
    **{"ص": "XSS", "ض": "XDZ", "ط": "XTT", "ظ": "XZZ", "ع": "E", "غ": "G", "ف": "F", "ق": "Q", "ك": "K", "ل": "L"},
    **{"م": "M", "ن": "N", "ه": "H", "و": "W", "ى": "XAY", "ي": "Y", "ٱ": "XXA", "ٹ": "XXT", "ټ": "XRT", "پ": "P"},
    **{"ځ": "XKE", "څ": "XXH", "چ": "XC", "ڈ": "XXD", "ډ": "XDR", "ڑ": "XXR", "ړ": "XRR", "ږ": "XRX", "ژ": "XJ"},
    **{"ښ": "XXS", "ک": "XKK", "ګ": "XXK", "ڭ": "XNG", "گ": "XGG", "ں": "XNN", "ڼ": "XXN", "ھ": "XDO", "ۀ": "XYH"},
    **{"ہ": "XXG", "ۂ": "XGE", "ۃ": "XTG", "ی": "XYA", "ۍ": "XXY", "ې": "Y", "ے": "XYB", "ۓ": "XBE"},
}
_LAST_TEH_MARBUTA: Final = "XAH"
_SHADDA: Final = "\u0651"


def by_table(arabic: str) -> str:
    """An Arabic name in the zone's letters by the standard's table; other characters part words.

    A teh marbuta that ends a word is XAH, any other XTA; shadda doubles the letter before it; tatweel, vowel signs and
    sukun are not encoded. Source: ICAO Doc 9303 part 3, section 6, table C with its notes, as public transcriptions of
    it give them (the working papers of ICAO's technical advisory group TAG/MRTD/18 and 20, and two independent
    implementations, which agree letter for letter). Where the draft of 2011 had XW for waw with hamza, the standard has
    U. Veh (ڤ) is in none of them, so it is not encoded by the table and such a name is compared by its sound.
    """
    return " ".join(_word(word) for word in _written(arabic).split())


def _written(arabic: str) -> str:
    """The letters and shaddas of the name; unencoded signs are gone, whatever else there is parts words."""
    kept = (char for char in arabic if char == _SHADDA or not (char == "ـ" or unicodedata.category(char) == "Mn"))
    return "".join(char if char == _SHADDA or char in _TABLE else " " for char in kept)


def _word(word: str) -> str:
    spelled: list[str] = []
    last = len(word.rstrip(_SHADDA)) - 1
    for place, char in enumerate(word):
        if char == _SHADDA:
            spelled += spelled[-1:]
        else:
            spelled.append(_LAST_TEH_MARBUTA if char == "ة" and place == last else _TABLE[char])
    return "".join(spelled)


def names_agree(zone: Mrz, name_arabic: str | None, name_latin: str | None) -> bool:
    """True also where nothing can be compared: no name in the zone, or none typed.

    A zone may spell an Arabic name by the standard's table or as it sounds, may put a family name first, and cuts
    what does not fit.
    """
    written = " ".join(part for part in zone.names if part)
    typed = [name for name in (name_arabic, name_latin) if name]
    if not written or not typed:
        return True
    if name_arabic and _same_words(written.split(), by_table(name_arabic).split()):
        return True
    read = read_name(written)
    return any(compare_names(read, read_name(name)).score >= AGREES_MIN for name in typed)


def _same_words(zone: Sequence[str], table: Sequence[str]) -> bool:
    """Each word of the shorter begins one of the other, or is begun by it: zones cut words short."""
    fewer, more = sorted((list(zone), list(table)), key=len)
    for word in fewer:
        met = next((other for other in more if other.startswith(word) or word.startswith(other)), None)
        if met is None:
            return False
        more.remove(met)
    return bool(fewer)
