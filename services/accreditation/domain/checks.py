"""Automatic checks of a dossier: what registration cannot know when the delegation types it in.

A check never decides alone. What it finds is shown to an officer by the fields it looked at, never by their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.accreditation.domain.conference_rules import CategoryRules
from services.accreditation.domain.person import CheckedPerson
from shared.travel_documents.doubts import Doubt, doubts_of

YEARS_MIN: Final = 16
YEARS_MAX: Final = 100
REGISTERED_ONCE: Final = "registered_once"


class Outcome(StrEnum):
    PASSED = "passed"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Check:
    """One check by its stable code. `evidence` names the fields that were looked at."""

    code: str
    outcome: Outcome
    evidence: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True)
class CheckRules:
    """What this conference expects of this participant."""

    category: CategoryRules
    nationality: str | None
    first_day: date
    last_day: date


def run_checks(person: CheckedPerson | None, *, has_photo: bool, rules: CheckRules) -> tuple[Check, ...]:
    """Every check with its outcome, always in the same order.

    Without personal data (the person was erased, or the vault knows nobody of this id) that alone is the finding.
    """
    if person is None:
        return (_check("personal_data_there", False),)
    return (
        _check("personal_data_there", True),
        _check("name_present", _is_written(person.name_arabic) or _is_written(person.name_latin), *_NAMES),
        _check("nationality_agrees", rules.nationality in (None, person.nationality), *_NATIONALITY),
        _check("birth_date_plausible", _plausible(person.birth_date, rules.first_day), "birth_date"),
        _check("document_valid", _document_valid(person.document_expires, rules), "document_expires"),
        _zone_agrees(person, rules.first_day),
        _check("photo_present", has_photo or not rules.category.photo_required, "photo"),
        _check(REGISTERED_ONCE, person.registered_elsewhere == 0, *_NAMES, "birth_date", "document_number"),
    )


_NATIONALITY: Final = ("nationality", "nationality_reason")
_NAMES: Final = ("name_arabic", "name_latin")


def _check(code: str, passed: bool, *evidence: str) -> Check:
    return Check(code, Outcome.PASSED if passed else Outcome.ATTENTION, evidence)


_DIFFERS: Final[Mapping[Doubt, tuple[str, ...]]] = {
    Doubt.NAME: _NAMES,
    Doubt.NATIONALITY: ("nationality",),
    Doubt.ISSUER: ("document_issuer",),
    Doubt.TYPE: ("document_type",),
}


def _zone_agrees(person: CheckedPerson, at: date) -> Check:
    """Without a machine-readable zone there is nothing to compare. The evidence is what it says otherwise."""
    differing = [field for doubt in doubts_of(person, at) for field in _DIFFERS[doubt]]
    return _check("zone_agrees", not differing, "mrz", *differing)


def _is_written(name: str | None) -> bool:
    """One word in one script is a whole name."""
    return name is not None and any(character.isalpha() for character in name)


def _plausible(birth_date: date | None, first_day: date) -> bool:
    if birth_date is None:
        return False
    had_birthday = (first_day.month, first_day.day) >= (birth_date.month, birth_date.day)
    years = first_day.year - birth_date.year - (0 if had_birthday else 1)
    return YEARS_MIN <= years <= YEARS_MAX


def _document_valid(expires: date | None, rules: CheckRules) -> bool:
    """Valid beyond the last day; a category that needs no passport may leave the date open."""
    if expires is None:
        return not rules.category.passport_required
    return expires > rules.last_day
