"""Automatic checks of a dossier: what a machine can say before a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

AGE_YEARS_MIN: Final = 16


class Outcome(StrEnum):
    PASSED = "passed"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Check:
    """One check. `fields` names what it looked at, never what it saw."""

    code: str
    outcome: Outcome
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What the checks look at; held in memory while they run and kept nowhere."""

    has_name: bool
    has_photo: bool
    nationality: str | None
    birth_date: date | None
    document_number: str | None
    document_expires: date | None


@dataclass(frozen=True)
class CheckRules:
    """What the conference asks of the category and expects of the delegation."""

    passport_required: bool
    photo_required: bool
    nationality: str | None
    last_day: date


def run_checks(facts: Facts, rules: CheckRules) -> tuple[Check, ...]:
    """Every check in a fixed order."""
    return tuple(_checks(facts, rules))


def _checks(facts: Facts, rules: CheckRules) -> Iterator[Check]:
    yield _check("name_present", facts.has_name, "name_arabic", "name_latin")
    yield _check("photo_present", facts.has_photo or not rules.photo_required, "photo")
    yield _check("document_present", bool(facts.document_number) or not rules.passport_required, "document_number")
    valid = facts.document_expires is None or facts.document_expires >= rules.last_day
    yield _check("document_valid", valid, "document_expires")
    yield _check("birth_date_plausible", _is_of_age(facts.birth_date, rules.last_day), "birth_date")
    agrees = rules.nationality is None or facts.nationality in (None, rules.nationality)
    yield _check("nationality_agrees", agrees, "nationality")


def _is_of_age(birth_date: date | None, on: date) -> bool:
    """A birth date that was not given, or is 1 January as a filler, says nothing either way."""
    return birth_date is None or (on - birth_date).days >= AGE_YEARS_MIN * 365.25


def _check(code: str, passed: bool, *fields: str) -> Check:
    return Check(code, Outcome.PASSED if passed else Outcome.ATTENTION, fields)
