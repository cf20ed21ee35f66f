"""Machine-readable zones: ICAO Doc 9303 parts 3 and 4 (TD3, passports), 5 (TD1) and 6 (TD2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from shared.errors import InvalidError

_WEIGHTS: Final = (7, 3, 1)
_FORMATS: Final = {(44, 44): "TD3", (36, 36): "TD2", (30, 30, 30): "TD1"}
_CHARACTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")


@dataclass(eq=False)
class MrzError(InvalidError):
    """The zone does not hold."""

    code: ClassVar[str] = "roster.mrz_invalid"


@dataclass(eq=False)
class MrzShapeError(MrzError):
    """Not two lines of 44 or 36 characters, nor three of 30, of A–Z, 0–9 and <."""

    code: ClassVar[str] = "roster.mrz_shape"


@dataclass(eq=False)
class MrzCheckDigitError(MrzError):
    """A check digit is wrong; `part` is which: document, birth, expiry, optional or composite."""

    code: ClassVar[str] = "roster.mrz_check_digit"

    part: str = ""


@dataclass(frozen=True)
class Mrz:
    """What a zone says, its check digits held. `names` is (primary, secondary) identifiers in the zone's letters."""

    format: str
    document_type: str
    issuer: str
    names: tuple[str, str]
    document_number: str
    nationality: str
    birth_date: date | None
    sex: str
    expires: date | None


def check_digit(field: str) -> int:
    """Weights 7, 3, 1 over values 0–9, A–Z = 10–35, < = 0, modulo 10 (part 3, section 4.9)."""
    return sum(_value(char) * _WEIGHTS[index % 3] for index, char in enumerate(field)) % 10


def parse(text: str, *, today: date) -> Mrz:
    """Read a zone typed, pasted or sent by a wedge reader: with or without line breaks, spaces and control characters.

    Raises MrzShapeError or MrzCheckDigitError.
    """
    lines = _lines(text)
    kind = _FORMATS.get(tuple(len(line) for line in lines))
    if kind == "TD1":
        return _td1(lines, today)
    if kind is None:
        raise MrzShapeError
    return _two_lines(lines, kind, today)


def expiry_of(text: str | None) -> date | None:
    """The date until which the document of a zone holds; None where the zone gives none, or is none."""
    try:
        return parse(text, today=date.max).expires if text else None
    except MrzError:
        return None


def _lines(text: str) -> list[str]:
    lines = [line for line in (_bare(line) for line in text.splitlines()) if line]
    if len(lines) == 1 and len(lines[0]) in (88, 72, 90):
        whole, size = lines[0], {88: 44, 72: 36, 90: 30}[len(lines[0])]
        lines = [whole[start : start + size] for start in range(0, len(whole), size)]
    if any(not set(line) <= _CHARACTERS for line in lines):
        raise MrzShapeError
    return lines


def _bare(line: str) -> str:
    """Without what readers and word processors add: controls, spaces, guillemets made of two fillers, Arabic digits."""
    kept = (char for char in line if char.isprintable() and not char.isspace())
    digits = (str(int(char)) if char.isdecimal() else char for char in kept)
    return "".join(digits).replace("«", "<<").replace("‹", "<").upper()


def _two_lines(lines: list[str], kind: str, today: date) -> Mrz:
    first, second = lines
    number, birth, expiry = second[0:9], second[13:19], second[21:27]
    if kind == "TD2":
        number = _long_number(number, second[9], second[28:35])
    else:
        _require(number, second[9], "document")
    _require(birth, second[19], "birth", may_be_filler=not birth.strip("<"))
    _require(expiry, second[27], "expiry", may_be_filler=not expiry.strip("<"))
    if kind == "TD3":
        _require(second[28:42], second[42], "optional", may_be_filler=not second[28:42].strip("<"))
        _require(second[0:10] + second[13:20] + second[21:43], second[43], "composite")
    else:
        _require(second[0:10] + second[13:20] + second[21:35], second[35], "composite")
    return Mrz(
        format=kind,
        document_type=first[0:2].strip("<"),
        issuer=first[2:5].strip("<"),
        names=_names(first[5:]),
        document_number=number.strip("<"),
        nationality=second[10:13].strip("<"),
        birth_date=_birth(birth, today),
        sex=second[20].replace("<", ""),
        expires=_expiry(expiry),
    )


def _td1(lines: list[str], today: date) -> Mrz:
    first, second, third = lines
    number, birth, expiry = first[5:14], second[0:6], second[8:14]
    number = _long_number(number, first[14], first[15:30])
    _require(birth, second[6], "birth", may_be_filler=not birth.strip("<"))
    _require(expiry, second[14], "expiry", may_be_filler=not expiry.strip("<"))
    _require(first[5:30] + second[0:7] + second[8:15] + second[18:29], second[29], "composite")
    return Mrz(
        format="TD1",
        document_type=first[0:2].strip("<"),
        issuer=first[2:5].strip("<"),
        names=_names(third),
        document_number=number.strip("<"),
        nationality=second[15:18].strip("<"),
        birth_date=_birth(birth, today),
        sex=second[7].replace("<", ""),
        expires=_expiry(expiry),
    )


def _long_number(number: str, digit: str, optional: str) -> str:
    """A number of more than nine characters goes on in the optional data, its check digit behind it.

    The place of the check digit then holds a filler (part 5, section 4.2.4, note j; part 6 alike).
    """
    rest = optional.partition("<")[0]
    if digit != "<" or len(rest) < 2:
        _require(number, digit, "document")
        return number
    _require(number + rest[:-1], rest[-1], "document")
    return number + rest[:-1]


def _require(field: str, digit: str, part: str, *, may_be_filler: bool = False) -> None:
    if may_be_filler and digit == "<":
        return
    if not digit.isdigit() or int(digit) != check_digit(field):
        raise MrzCheckDigitError(part)


def _names(field: str) -> tuple[str, str]:
    primary, _, secondary = field.partition("<<")
    return " ".join(primary.split("<")).strip(), " ".join(secondary.split("<")).strip()


def _birth(field: str, today: date) -> date | None:
    """None when day or month is unknown (fillers, part 3 section 4.8).

    A two-digit year is the last one not ahead of us.
    """
    if "<" in field:
        return None
    year = 2000 + int(field[0:2]) if field.isdigit() else -1
    moment = _date(year, field)
    return _date(year - 100, field) if moment > today else moment


def _expiry(field: str) -> date | None:
    """None where the document does not expire (fillers)."""
    if not field.strip("<"):
        return None
    return _date(2000 + int(field[0:2]), field) if field.isdigit() else _date(-1, field)


def _date(year: int, field: str) -> date:
    try:
        return date(year, int(field[2:4]), int(field[4:6]))
    except ValueError:
        raise MrzShapeError from None


def _value(char: str) -> int:
    if char == "<":
        return 0
    return int(char) if char.isdigit() else ord(char) - 55
