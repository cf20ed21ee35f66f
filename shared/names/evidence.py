"""Second evidence beside the name: birth date and nationality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Evidence(StrEnum):
    """What the second evidence says, as an officer reads it."""

    BIRTH_DATE_EQUAL = "birth_date_equal"
    BIRTH_DATE_EQUAL_BUT_WEAK = "birth_date_equal_but_weak"
    BIRTH_DATE_TURNED = "birth_date_turned"
    BIRTH_YEAR_EQUAL = "birth_year_equal"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    NATIONALITY_EQUAL = "nationality_equal"
    NATIONALITY_DIFFERS = "nationality_differs"


@dataclass(frozen=True)
class Circumstances:
    """What is known of a person beside the name. A birth date of 1 January is a registrar's filler as often as not."""

    birth_date: date | None = None
    nationality: str | None = None


_WEIGHTS: Final = {
    Evidence.BIRTH_DATE_EQUAL: 0.10,
    Evidence.BIRTH_DATE_EQUAL_BUT_WEAK: 0.03,
    Evidence.BIRTH_DATE_TURNED: 0.06,
    Evidence.BIRTH_YEAR_EQUAL: 0.0,
    Evidence.BIRTH_DATE_DIFFERS: -0.15,
    Evidence.NATIONALITY_EQUAL: 0.01,
    Evidence.NATIONALITY_DIFFERS: -0.04,
}


def weigh(name_score: float, one: Circumstances, other: Circumstances) -> tuple[float, tuple[Evidence, ...]]:
    """The name's score with the second evidence, from 0 to 1, and what that evidence was.

    What is unknown says nothing. A name alone can suffice; circumstances alone never do, as they add at most 0.11.
    """
    found = evidence_of(one, other)
    return weighed(name_score, found), found


def evidence_of(one: Circumstances, other: Circumstances) -> tuple[Evidence, ...]:
    return tuple(each for each in (_birth(one, other), _nationality(one, other)) if each is not None)


def weighed(name_score: float, found: Sequence[Evidence]) -> float:
    return round(min(1.0, max(0.0, name_score + sum([_WEIGHTS[each] for each in found]))), 3)


def is_weak(day: date) -> bool:
    """1 January stands for "some day of that year" where births were registered late."""
    return (day.month, day.day) == (1, 1)


def alike_dates(day: date) -> tuple[date, ...]:
    """The birth dates that do not speak against this one: itself, day and month turned, 1 January of its year."""
    turned = (date(day.year, day.day, day.month),) if day.day <= 12 else ()
    return (day, *turned, date(day.year, 1, 1))


def _birth(one: Circumstances, other: Circumstances) -> Evidence | None:
    left, right = one.birth_date, other.birth_date
    if left is None or right is None:
        return None
    weak = is_weak(left) or is_weak(right)
    if left == right:
        return Evidence.BIRTH_DATE_EQUAL_BUT_WEAK if weak else Evidence.BIRTH_DATE_EQUAL
    if left.year == right.year:
        if weak:
            return Evidence.BIRTH_YEAR_EQUAL
        if (left.month, left.day) == (right.day, right.month):
            return Evidence.BIRTH_DATE_TURNED
    if weak and abs(left.year - right.year) <= 2:
        return None
    return Evidence.BIRTH_DATE_DIFFERS


def _nationality(one: Circumstances, other: Circumstances) -> Evidence | None:
    if not one.nationality or not other.nationality:
        return None
    same = one.nationality.upper() == other.nationality.upper()
    return Evidence.NATIONALITY_EQUAL if same else Evidence.NATIONALITY_DIFFERS
