from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from services.accreditation.domain.checks import CheckRules, run_checks
from services.accreditation.domain.conference_rules import CategoryRules
from services.accreditation.domain.workflow import Review, Workflow


@dataclass(frozen=True)
class Someone:
    name_arabic: str | None = "محمد أحمد علي حسن"
    name_latin: str | None = None
    nationality: str | None = "EGY"
    birth_date: date | None = date(1971, 3, 4)
    document_expires: date | None = date(2027, 2, 12)
    registered_elsewhere: int = 0
    document_number: str | None = None
    document_type: str | None = None
    document_issuer: str | None = None
    mrz: str | None = None


CATEGORY = CategoryRules(
    code="delegate",
    index=0,
    name={},
    colour="#000000",
    workflow=Workflow(Review.ONE_OFFICER),
    photo_required=True,
    photo_printed=True,
    passport_required=True,
    access=(),
)
# The specimen of ICAO Doc 9303 part 4, appendix B.
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
RULES = CheckRules(CATEGORY, nationality="EGY", first_day=date(2027, 2, 10), last_day=date(2027, 2, 11))


def found(person: Someone | None, rules: CheckRules = RULES, *, has_photo: bool = True) -> list[str]:
    checks = run_checks(person, has_photo=has_photo, rules=rules)
    return [check.code for check in checks if not check.passed]


@pytest.mark.parametrize(
    "person",
    [
        Someone(),
        Someone(name_arabic="محمد"),
        Someone(name_arabic=None, name_latin="Ωmega"),
        Someone(birth_date=date(2011, 2, 10)),
        Someone(document_expires=date(2027, 2, 12)),
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(person: Someone) -> None:
    assert found(person) == []


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (Someone(name_arabic=None), "name_present"),
        (Someone(name_arabic=" ٣ "), "name_present"),
        (Someone(nationality="TCD"), "nationality_agrees"),
        (Someone(nationality=None), "nationality_agrees"),
        (Someone(birth_date=None), "birth_date_plausible"),
        (Someone(birth_date=date(2011, 2, 11)), "birth_date_plausible"),
        (Someone(birth_date=date(1926, 2, 9)), "birth_date_plausible"),
        (Someone(birth_date=date(2030, 1, 1)), "birth_date_plausible"),
        (Someone(document_expires=date(2027, 2, 11)), "document_valid"),
        (Someone(document_expires=None), "document_valid"),
    ],
)
def test_each_check_finds_what_it_looks_for_and_nothing_else(person: Someone, code: str) -> None:
    assert found(person) == [code]


def test_an_organisation_has_members_of_any_nationality() -> None:
    assert found(Someone(nationality="GRC"), replace(RULES, nationality=None)) == []


def test_a_category_without_passport_may_leave_the_expiry_open_but_not_in_the_past() -> None:
    rules = replace(RULES, category=replace(CATEGORY, passport_required=False))
    assert found(Someone(document_expires=None), rules) == []
    assert found(Someone(document_expires=date(2020, 1, 1)), rules) == ["document_valid"]


def test_a_photo_is_missed_only_where_the_category_needs_one() -> None:
    exempt = replace(RULES, category=replace(CATEGORY, photo_required=False))
    assert found(Someone(), has_photo=False) == ["photo_present"]
    assert found(Someone(), exempt, has_photo=False) == []


def test_somebody_who_may_be_registered_twice_is_a_finding() -> None:
    assert found(Someone(registered_elsewhere=1)) == ["registered_once"]


def test_what_a_zone_says_otherwise_than_what_was_typed_is_a_finding_with_its_fields() -> None:
    agreeing = Someone(name_arabic=None, name_latin="Anna Maria Eriksson", nationality="UTO", mrz=ZONE)
    rules = replace(RULES, nationality=None)
    assert found(agreeing, rules) == []
    other = replace(agreeing, name_latin="Petros Ioannou", document_issuer="EGY")
    (check,) = (each for each in run_checks(other, has_photo=True, rules=rules) if not each.passed)
    assert (check.code, check.evidence) == ("zone_agrees", ("mrz", "document_issuer", "name_arabic", "name_latin"))
    assert found(replace(agreeing, mrz="no zone"), rules) == []


def test_somebody_without_personal_data_is_a_finding_of_its_own() -> None:
    assert found(None) == ["personal_data_there"]


def test_evidence_names_fields_and_never_their_values() -> None:
    person = Someone(nationality="TCD", birth_date=None)
    evidence = {name for check in run_checks(person, has_photo=False, rules=RULES) for name in check.evidence}
    assert evidence == {
        "name_arabic",
        "name_latin",
        "nationality",
        "nationality_reason",
        "birth_date",
        "document_expires",
        "document_number",
        "mrz",
        "photo",
    }
