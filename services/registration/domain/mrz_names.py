"""Whether a zone's name agrees with the typed one, in either script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.registration.domain.mrz import Mrz
from shared.names import compare_names, read_name

AGREES_MIN: Final = 0.75

# ICAO Doc 9303 part 3, section 6, table C: Arabic letters in the zone. It is no spelling to show.
_TABLE: Final = {
    **{"ء": "XE", "آ": "XAA", "أ": "XAE", "ؤ": "U", "إ": "I", "ئ": "XI", "ا": "A", "ب": "B", "ة": "XTA", "ت": "T"},
    **{"ث": "XTH", "ج": "J", "ح": "XH", "خ": "XKH", "د": "D", "ذ": "XDH", "ر": "R", "ز": "Z", "س": "S", "ش": "XSH"},
    **{"ص": "XSS", "ض": "XDZ", "ط": "XTT", "ظ": "XZZ", "ع": "E", "غ": "G", "ف": "F", "ق": "Q", "ك": "K", "ل": "L"},
    **{"م": "M", "ن": "N", "ه": "H", "و": "W", "ى": "XAY", "ي": "Y", "ٱ": "XXA", "پ": "P", "ڤ": "XV", "گ": "XG"},
}


def by_table(arabic: str) -> str:
    """An Arabic name in the zone's letters by the standard's table; other characters part words."""
    return " ".join("".join(_TABLE.get(char, " ") for char in arabic if char != "ـ").split())


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
