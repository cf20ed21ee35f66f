"""A row whose document nobody has, and whose names and birth date one person has: that person, or nobody."""

from __future__ import annotations

from datetime import date

from services.registration.domain.participant import Participant
from services.registration.domain.person import Person
from services.registration.domain.roster_row import RosterRow
from services.registration.domain.same_names import names_said, same_names

BORN = "1980-05-13"


def somebody(who: str, **fingerprints: str) -> Participant:
    return Participant(who, "c", "egypt", "delegate", f"identity-{who}", {"birth_date": BORN} | fingerprints)


def test_who_alone_has_the_names_and_the_birth_date_is_meant() -> None:
    people = [somebody("a", name_latin="Amina"), somebody("b", name_latin="Basma")]
    found = same_names({2: {"birth_date": BORN, "name_latin": "Amina"}}, people)
    assert {number: each.participant_id for number, each in found.items()} == {2: "a"}


def test_another_spelling_or_birth_date_is_somebody_else() -> None:
    people = [somebody("a", name_latin="Amina", name_arabic="أمينة")]
    for said in (
        {"birth_date": BORN, "name_latin": "Amena"},
        {"birth_date": "1980-05-14", "name_latin": "Amina"},
        {"birth_date": BORN, "name_latin": "Amina", "name_arabic": "آمنة"},
        {"birth_date": BORN, "name_latin": "Amina", "name_arabic": ""},
        {"birth_date": BORN, "name_latin": "", "name_arabic": ""},
    ):
        assert same_names({2: said}, people) == {}, said
    assert same_names({2: {"birth_date": BORN, "name_arabic": "أمينة"}}, people)


def test_of_two_who_may_be_meant_neither_is_and_two_rows_are_nobody() -> None:
    said = {"birth_date": BORN, "name_latin": "Amina"}
    twins = [somebody("a", name_latin="Amina"), somebody("b", name_latin="Amina")]
    assert same_names({2: said}, twins) == {}
    assert same_names({2: said, 3: said}, twins[:1]) == {}
    assert set(same_names({2: said}, twins[:1])) == {2}


def test_a_row_says_its_names_only_with_a_birth_date_and_an_empty_cell_is_said_too() -> None:
    person = Person("delegate", name_latin="Amina", birth_date=date(1980, 5, 13))
    assert names_said(RosterRow(2, person, (), frozenset({"name_latin", "name_arabic", "birth_date"}))) == {
        "birth_date": BORN,
        "name_latin": "Amina",
        "name_arabic": "",
    }
    assert names_said(RosterRow(2, Person("delegate", name_latin="Amina"), (), frozenset({"name_latin"}))) == {}
    assert names_said(RosterRow(2, None, ())) == {}
