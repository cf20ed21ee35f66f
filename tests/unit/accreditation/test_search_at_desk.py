"""A badge is found by its holder's name, in another spelling and script too, among one delegation's and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from services.accreditation.application.search_at_desk import FOUND_MAX, FoundByName, SearchAtDesk
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.events import Subject
from services.registration.vault.grants import granted_fields
from shared.errors import NotPermittedError
from shared.security.personal_data import Answer, Erased, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import SYSTEM
from tests.support.badges import BADGE

OFFICER = Principal("account-amira", "person-amira", frozenset({Role.ACCREDITATION_OFFICER}))
PEOPLE: dict[str, Answer] = {
    "p-1": PersonalRecord(name_arabic="محمد أحمد علي", name_latin="Mohamed Ahmed Ali"),
    "p-2": PersonalRecord(name_latin="Abakar Ngarbé"),
    "p-3": PersonalRecord(name_arabic="أمينة فاروق"),
    "p-4": Erased(),
}


class Views:
    def __init__(self, people: Mapping[str, Answer]) -> None:
        self._people = people

    async def conference(self) -> object:
        return object()

    async def to_print(self, *, delegation: str) -> Sequence[str]:
        return [f"b-{person}" for person in self._people] if delegation == "egypt" else []

    async def badges_by_id(self, badge_ids: Sequence[str]) -> Sequence[Badge]:
        people = [badge_id.removeprefix("b-") for badge_id in badge_ids]
        return [replace(BADGE, badge_id=f"b-{each}", subject=Subject("small", each, "egypt")) for each in people]


class Vault:
    def __init__(self, people: Mapping[str, Answer]) -> None:
        self._people = people
        self.purposes: list[Purpose] = []

    async def read(self, participant_ids: Sequence[str], *, purpose: Purpose) -> Mapping[str, Answer]:
        self.purposes.append(purpose)
        return {each: self._people[each] for each in participant_ids}


async def found(
    text: str, *, delegation: str = "egypt", people: Mapping[str, Answer] = PEOPLE, vault: Vault | None = None
) -> FoundByName:
    search = SearchAtDesk(cast(Any, Views(people)), vault or Vault(people), SYSTEM)
    return await search(OFFICER, delegation, text)


def who(answer: FoundByName) -> list[str]:
    return [row.badge.subject.participant_id for row in answer.rows]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Mohammed Ali", ["p-1"]),
        ("محمد", ["p-1"]),
        ("mou ali", []),
        ("moh al", ["p-1"]),
        ("ngarbe", ["p-2"]),
        ("Amina Faruk", ["p-3"]),
        ("Smith", []),
        ("...", []),
    ],
)
async def test_a_name_is_found_by_words_spelled_alike_or_begun(text: str, people: list[str]) -> None:
    assert who(await found(text)) == people


async def test_only_the_delegation_that_was_named_is_looked_through() -> None:
    vault = Vault(PEOPLE)
    assert who(await found("Mohamed", delegation="chad", vault=vault)) == []
    assert vault.purposes == []


async def test_no_more_than_twenty_are_shown_and_the_rest_is_said_to_be_there() -> None:
    many: dict[str, Answer] = {f"p-{n}": PEOPLE["p-1"] for n in range(FOUND_MAX + 5)}
    answer = await found("Mohamed", people=many)
    assert (len(answer.rows), answer.more) == (FOUND_MAX, True)


async def test_the_search_reads_names_for_a_purpose_of_its_own() -> None:
    vault = Vault(PEOPLE)
    await found("Mohamed", vault=vault)
    assert vault.purposes == [Purpose.DESK_SEARCH]
    assert granted_fields("accreditation", Purpose.DESK_SEARCH) == ("name_arabic", "name_latin", "rank", "title")


async def test_nobody_but_an_officer_searches() -> None:
    guard = Principal("guard", "person-guard", frozenset({Role.GUARD}))
    with pytest.raises(NotPermittedError):
        await SearchAtDesk(cast(Any, Views(PEOPLE)), Vault(PEOPLE), SYSTEM)(guard, "egypt", "Mohamed")
