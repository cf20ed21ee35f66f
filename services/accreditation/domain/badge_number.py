"""The number printed on a badge: a serial in Crockford's base 32 with a check character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from shared.errors import InvalidError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIALS: Final = 32**4
_VALUES: Final = {char: value for value, char in enumerate(ALPHABET)}
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(eq=False)
class BadgeNumberError(InvalidError):
    """Not a badge's number: a character was read or typed wrong."""

    code: ClassVar[str] = "accreditation.badge_number"


def number_of(serial: int) -> str:
    """Like 7K3Q-W: four characters and the check character."""
    if not 0 <= serial < SERIALS:
        raise ValueError("serial out of range")
    digits = "".join(ALPHABET[serial >> shift & 31] for shift in (15, 10, 5, 0))
    return f"{digits}-{_check(digits)}"


def serial_of(typed: str) -> int:
    """The serial of a number as people type it, in either kind of digits. Raises BadgeNumberError."""
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in typed).upper()
    number = "".join(char for char in plain if char.isalnum()).translate(_LOOKALIKES)
    if len(number) != 5 or any(char not in _VALUES for char in number) or _check(number[:4]) != number[4]:
        raise BadgeNumberError
    serial = 0
    for char in number[:4]:
        serial = serial << 5 | _VALUES[char]
    return serial


def _check(digits: str) -> str:
    """A hybrid system of ISO/IEC 7064 with modulus 32 and 33: finds every single wrong character."""
    product = 32
    for char in digits:
        total = (product + _VALUES[char]) % 32 or 32
        product = total * 2 % 33
    return ALPHABET[(33 - product) % 32]
