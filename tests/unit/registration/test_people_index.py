"""Names in memory: what is new is read once, what is looked for is found in either script, who is forgotten is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from services.registration.vault.people_index import PeopleIndex
from services.registration.vault.store import Vault
from shared.security.personal_data import PersonalRecord

NOW = datetime(2027, 2, 10, 9, tzinfo=UTC)


class Kept:
    """A vault of some people, which counts how many records it opened."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[datetime, PersonalRecord]] = {}
        self.erased: frozenset[str] = frozenset()
        self.opened = 0

    def is_erased(self, participant_id: str) -> bool:
        return participant_id in self.erased

    async def written_since(self, moment: datetime) -> AsyncIterator[dict[str, datetime]]:
        yield {each: at for each, (at, _) in self.people.items() if at >= moment}

    async def read(self, participant_ids: Iterable[str], fields: Iterable[str]) -> dict[str, PersonalRecord]:
        ids = [each for each in participant_ids if each in self.people]
        self.opened += len(ids)
        return {each: self.people[each][1] for each in ids}


def kept(**people: PersonalRecord) -> tuple[Kept, PeopleIndex]:
    vault = Kept()
    vault.people = {who: (NOW, record) for who, record in people.items()}
    return vault, PeopleIndex(cast("Vault", cast(Any, vault)))


AMINA = PersonalRecord(name_arabic="أمينة فاروق", name_latin="Amina Farouk", rank="Général")
PETROS = PersonalRecord(name_latin="Petros Ioannou")


def test_a_text_is_found_in_names_and_rank_whatever_its_case_and_accents() -> None:
    _, index = kept(amina=AMINA, petros=PETROS)
    for text in ("FAROUK", "general", "امينه", " amina  farouk "):
        assert asyncio.run(index.written_with(["petros", "amina"], text, NOW)) == ["amina"], text
    assert asyncio.run(index.written_with(["petros"], "farouk", NOW)) == []


def test_what_nobody_changed_is_opened_once_and_a_change_is_seen_at_once() -> None:
    vault, index = kept(amina=AMINA, petros=PETROS)

    async def looked() -> None:
        for _ in range(5):
            await index.written_with(["amina"], "farouk", NOW)
        assert vault.opened == 2
        later = NOW + timedelta(seconds=1)
        vault.people["amina"] = later, PersonalRecord(name_latin="Amina Fathi")
        assert await index.written_with(["amina"], "fathi", later) == ["amina"]
        assert await index.written_with(["amina"], "farouk", later) == []
        assert vault.opened == 3

    asyncio.run(looked())


def test_what_was_long_on_its_way_is_found_by_the_step_that_looks_back() -> None:
    vault, index = kept(petros=PETROS)

    async def looked() -> None:
        await index.follow(NOW)
        vault.people["amina"] = NOW - timedelta(seconds=20), AMINA
        assert await index.written_with(["amina"], "farouk", NOW + timedelta(seconds=5)) == []
        await index.follow(NOW + timedelta(seconds=31))
        assert await index.written_with(["amina"], "farouk", NOW + timedelta(seconds=32)) == ["amina"]

    asyncio.run(looked())


def test_who_sounds_alike_is_heard_when_it_is_asked() -> None:
    same = PersonalRecord(name_latin="Aminah Faruq")
    _, index = kept(amina=AMINA, petros=PETROS, other=same)
    assert [hit.entry_id for hit in asyncio.run(index.like("amina", NOW))] == ["other"]


def test_somebody_alike_is_found_among_ones_own_however_many_of_others_sound_alike_too() -> None:
    same, others = PersonalRecord(name_latin="Aminah Faruq"), {f"a{number}": AMINA for number in range(30)}
    _, index = kept(amina=AMINA, other=same, **others)
    assert "other" not in [hit.entry_id for hit in asyncio.run(index.like("amina", NOW))]
    assert [hit.entry_id for hit in asyncio.run(index.like("amina", NOW, among=["other", "amina"]))] == ["other"]


def test_who_is_erased_is_not_found_and_who_is_forgotten_is_nowhere() -> None:
    vault, index = kept(amina=AMINA)

    async def forgotten() -> None:
        await index.follow(NOW)
        assert index.holds("amina")
        vault.erased = frozenset(["amina"])
        assert await index.written_with(["amina"], "farouk", NOW) == []
        await index.forget(["amina"])
        assert not index.holds("amina")

    asyncio.run(forgotten())
