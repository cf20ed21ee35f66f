"""The demonstration's conference and people: a whole conference that anybody can try, on any day."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from deploy.demo.accounts import ACCOUNTS, OTHERS
from deploy.demo.conference import demonstration
from deploy.demo.rosters import FIRST, Roster, make_roster, make_rosters
from shared.contracts.conference import Conference
from shared.security.principal import Role
from tests.support.backend import ROOT

DAY = date(2031, 5, 6)
CONFERENCE = Conference.model_validate(
    tomllib.loads((ROOT / "deploy" / "conference" / "benghazi.toml").read_text(encoding="utf-8"))
)
WORDS = {name: each.code for each in CONFERENCE.categories for name in (each.name.ar, each.name.fr, each.name.en)}


@pytest.fixture(scope="module")
def rosters() -> list[Roster]:
    return make_rosters(CONFERENCE, DAY)


def rows_of(roster: Roster) -> list[tuple[Any, ...]]:
    (sheet,) = load_workbook(io.BytesIO(roster.workbook), read_only=True).worksheets
    heading, *rows = sheet.iter_rows(values_only=True)
    assert heading[0] in ("الفئة", "Catégorie", "Category")
    return rows


def test_eighteen_states_and_two_groups_send_a_workbook_each_of_about_420_people(rosters: list[Roster]) -> None:
    states = {each.code for each in CONFERENCE.delegations if each.nationality is not None}
    assert len(states) == 18
    assert [each.delegation for each in rosters[:3]] == list(FIRST)
    assert {each.language for each in rosters[:3]} == {"ar", "fr", "en"}
    assert sorted(each.delegation for each in rosters) == sorted({*states, "organisations", "organiser"})
    assert {each.name for each in (*ACCOUNTS, *OTHERS) if each.role is Role.FOCAL_POINT} == {
        each.delegation for each in rosters
    }
    assert 410 <= sum(each.good for each in rosters) <= 430
    for each in rosters:
        assert len(rows_of(each)) == each.good + len(each.faults), each.delegation


def test_two_workbooks_have_faults_and_each_of_them_at_a_row_of_its_own(rosters: list[Roster]) -> None:
    faulty = {each.delegation: each for each in rosters if each.faults}
    assert sorted(faulty) == ["greece", "mali"]
    for roster in faulty.values():
        assert set(roster.faults) <= set(range(2, len(rows_of(roster)) + 2))
    assert len(set(faulty["greece"].faults.values())) == 7


def test_there_are_people_of_every_category_and_a_photo_of_each(rosters: list[Roster]) -> None:
    people = Counter(WORDS.get(row[0], "unknown") for each in rosters for row in rows_of(each))
    assert people.pop("unknown") == 1, "one of the faults"
    assert set(people) == {each.code for each in CONFERENCE.categories}
    least = {"interpreter": 36, "security_detail": 50, "press": 36, "venue_staff": 20, "expert": 36, "organisation": 10}
    assert {code: people[code] for code, count in least.items() if people[code] < count} == {}
    for roster in rosters:
        sent = set(zipfile.ZipFile(io.BytesIO(roster.photos)).namelist())
        named = {cell for row in rows_of(roster) for cell in row if str(cell).endswith(".jpg")}
        assert named <= sent, roster.delegation


def test_the_same_seed_invents_the_same_people_and_another_others(rosters: list[Roster]) -> None:
    chad = next(each for each in rosters if each.delegation == "chad")
    assert rows_of(make_roster(CONFERENCE, "chad", DAY)) == rows_of(chad)
    assert rows_of(make_roster(CONFERENCE, "chad", DAY, seed=7)) != rows_of(chad)


@pytest.mark.parametrize("day", [CONFERENCE.registration_closes - timedelta(days=50), DAY])
def test_the_demonstration_can_be_tried_on_any_day_whatever_the_files_deadlines(day: date) -> None:
    shown = Conference.model_validate(demonstration(CONFERENCE, day).model_dump())
    assert shown.first_day == day
    assert min(shown.registration_closes, shown.substitutions_close or day, shown.preferences_close or day) > day
    assert {rule.opens for each in shown.categories for rule in each.access} == {time.min}


def test_rejections_are_told_at_full_periods_which_somebody_who_tries_it_can_wait_for() -> None:
    assert CONFERENCE.rejections_released_every_minutes == 60
    assert demonstration(CONFERENCE, DAY).rejections_released_every_minutes == 5
    at_once = CONFERENCE.model_copy(update={"rejections_released_every_minutes": 0})
    assert demonstration(at_once, DAY).rejections_released_every_minutes == 0
