"""The number on a token beside the badge: a letter for its kind and a number that tells nothing, like W-48213."""

from __future__ import annotations

import re
from typing import Final

LETTERS: Final = {
    "floater": "F",
    "pin": "P",
    "media_pool_pass": "M",
    "vehicle_permit": "V",
    "weapon_permit": "W",
    "radio_permit": "R",
}
NUMBERS: Final = 999_999
_KINDS: Final = {letter: kind for kind, letter in LETTERS.items()}
_FORM: Final = re.compile(r"([A-Z])-(\d{1,6})")


def token_number(kind: str, number: int) -> str:
    """As it is printed. Raises KeyError for a kind that no token has."""
    return f"{LETTERS[kind]}-{number}"


def read_token_number(typed: str) -> tuple[str, int] | None:
    """Kind and number of what was typed or scanned, in either kind of digits; None when it is no token's.

    The hyphen after the one letter tells it from a badge's number, which has four characters there.
    """
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in typed.strip()).upper()
    found = _FORM.fullmatch(plain)
    if found is None or found[1] not in _KINDS or int(found[2]) == 0:
        return None
    return _KINDS[found[1]], int(found[2])
