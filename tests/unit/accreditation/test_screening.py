"""Screening: who is found and why, and how long a disposition lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

import services.accreditation
from services.accreditation.domain.alert import Alert, AlertState, Disposition, Finding, hits_of, merged
from services.accreditation.domain.hits import Hits
from services.accreditation.domain.screening import DOCUMENT_EQUAL, ListIndex, entry_mark, person_mark
from services.accreditation.domain.screening_errors import AlertChangedError, AlertStateError
from services.accreditation.domain.watchlist import Entry
from shared.names import Evidence, Rule
from shared.security.personal_data import PersonalRecord
from shared.web.application import service_texts
from tests.unit.accreditation.test_dossier import AMIRA, LATER, NOW

ENTRY = Entry("X-1", ("Tarek Ben Salah", "Abu Omar Al Tunisi"), (date(1970, 3, 4),), ("TUN", "LBY"), ("A123456",))
LIST = ListIndex([ENTRY, Entry("X-2", ("Giorgos Papadakis",)), Entry("X-3", ("محمود عبد القادر الفيتوري",))])
TEXTS = service_texts(services.accreditation.__file__)


def found(**person: object) -> list[str]:
    return [match.entry.reference for match in LIST.screen(PersonalRecord(**person))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arabic", "latin", "expected"),
    [
        ("طارق بن صالح", None, ["X-1"]),
        (None, "Tariq bin Saleh", ["X-1"]),
        (None, "SALAH BEN TAREK", ["X-1"]),
        (None, "Mahmoud Abdelkader El Fitouri", ["X-3"]),
        (None, "PAPADAKIS, Giorgos", ["X-2"]),
        ("أمينة الشريف", "Amina Sherif", []),
        (None, "Jean Dupont", []),
        (None, None, []),
    ],
)
def test_spellings_of_one_name_are_found_and_other_people_are_not(
    arabic: str | None, latin: str | None, expected: list[str]
) -> None:
    assert found(name_arabic=arabic, name_latin=latin) == expected


def test_a_score_is_explained_by_words_rules_and_evidence() -> None:
    person = PersonalRecord(name_latin="Tariq bin Saleh", birth_date=date(1970, 3, 4), nationality="TUN")
    (match,) = LIST.screen(person)
    assert {word.other for word in match.names.words} >= {"tarek", "salah"}
    assert match.evidence == (Evidence.BIRTH_DATE_EQUAL, Evidence.NATIONALITY_EQUAL)
    (other,) = LIST.screen(replace(person, birth_date=None, nationality=None))
    assert (match.score > other.score, other.evidence) == (True, ())


def test_another_birth_date_makes_a_near_name_no_match() -> None:
    near = {"name_latin": "Tarik Ben Salem"}
    assert found(**near, birth_date=date(1999, 9, 9), nationality="EGY") == []


def test_the_number_of_a_document_is_enough_by_itself() -> None:
    (match,) = LIST.screen(PersonalRecord(name_latin="Somebody Else", document_number="a-123 456"))
    assert (match.entry.reference, match.score, match.evidence) == ("X-1", 1.0, (DOCUMENT_EQUAL,))


def test_every_rule_and_evidence_has_its_words() -> None:
    codes = [f"accreditation.match_rule.{rule}" for rule in Rule]
    codes += [f"accreditation.evidence.{each}" for each in (*Evidence, DOCUMENT_EQUAL)]
    codes += [f"accreditation.alert.{state}" for state in AlertState]
    assert [code for code in codes if code not in TEXTS] == []


FINDING = Finding("un", "X-1", 0.9, ("same_sound",), (), "person-1", "entry-1")
WHO = ("p-1", "egypt")


def screened(known: list[Alert], *findings: Finding, listed: bool = True) -> list[Alert]:
    return merged(WHO, known, findings, {alert.alert_id: listed for alert in known}, LATER)


def disposed(disposition: Disposition) -> Alert:
    (alert,) = merged(WHO, [], [FINDING], {}, NOW)
    return alert.disposed(disposition, AMIRA, 0, NOW)


@pytest.mark.parametrize("disposition", list(Disposition))
def test_a_disposition_lasts_while_both_sides_are_what_they_were(disposition: Disposition) -> None:
    alert = disposed(disposition)
    assert screened([alert], FINDING) == [alert]
    assert screened([alert], replace(FINDING, score=0.95))[0].state.value == disposition.value
    for changed in (replace(FINDING, person_mark="person-2"), replace(FINDING, entry_mark="entry-2")):
        (again,) = screened([alert], changed)
        assert (again.state, again.by, again.since) == (AlertState.OPEN, None, LATER)


def test_who_was_called_the_same_and_changes_the_name_is_looked_at_anew() -> None:
    (lingering,) = screened([disposed(Disposition.TRUE_MATCH)])
    assert (lingering.state, screened([lingering])) == (AlertState.OPEN, [lingering])
    assert screened([lingering], listed=False)[0].state is AlertState.GONE
    cleared = lingering.disposed(Disposition.FALSE_POSITIVE, AMIRA, 0, LATER)
    assert screened([cleared])[0].state is AlertState.GONE


def test_an_alert_is_gone_with_its_entry_and_comes_back_open() -> None:
    (gone,) = screened([disposed(Disposition.TRUE_MATCH)], listed=False)
    assert gone.state is AlertState.GONE
    with pytest.raises(AlertStateError):
        gone.disposed(Disposition.TRUE_MATCH, AMIRA, 0, LATER)
    assert screened([gone], FINDING)[0].state is AlertState.OPEN


def test_an_alert_that_changed_since_the_officer_looked_is_not_disposed() -> None:
    (alert,) = merged(WHO, [], [FINDING], {}, NOW)
    with pytest.raises(AlertChangedError):
        replace(alert, version=3).disposed(Disposition.TRUE_MATCH, AMIRA, 2, NOW)


def test_hits_count_what_stands() -> None:
    states = [AlertState.OPEN, AlertState.OPEN, AlertState.FALSE_POSITIVE, AlertState.TRUE_MATCH, AlertState.GONE]
    alerts = [Alert("p-1", "egypt", FINDING, state, NOW) for state in states]
    assert hits_of(alerts) == Hits(open=2, cleared=1, confirmed=1)


def test_marks_change_with_what_is_screened_and_with_nothing_else() -> None:
    person = PersonalRecord(name_latin="Tarek", birth_date=date(1970, 3, 4), rank="Colonel", document_number="A 1")
    mark = person_mark(person, str)
    assert person_mark(replace(person, rank="General", document_number="a1", email="x@example.org"), str) == mark
    for change in ({"name_latin": "Tarik"}, {"birth_date": NOW.date() - timedelta(days=1)}, {"nationality": "TUN"}):
        assert person_mark(replace(person, **change), str) != mark  # type: ignore[arg-type]
    assert entry_mark(ENTRY, str) == entry_mark(replace(ENTRY, names=ENTRY.names[::-1]), str)
    assert entry_mark(ENTRY, str) != entry_mark(replace(ENTRY, documents=()), str)


def test_a_list_that_was_taken_apart_finds_nobody_and_holds_nothing() -> None:
    index = ListIndex([ENTRY, Entry("X-2", ("Giorgos Papadakis",))])
    assert index.screen(PersonalRecord(name_latin="Giorgos Papadakis"))
    index.take_apart()
    assert len(index) == 0
    assert index.entry("X-2") is None
    for person in (PersonalRecord(name_latin="Giorgos Papadakis"), PersonalRecord(document_number="A123456")):
        assert index.screen(person) == []
