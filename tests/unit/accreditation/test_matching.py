"""Many people against whole lists in another process: what is found is what the list itself finds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from services.accreditation.application import matching
from services.accreditation.application.matching import PEOPLE_A_CALL, Matcher, found_of
from services.accreditation.domain.screening import ListIndex
from services.accreditation.domain.watchlist import Entry
from shared.security.personal_data import PersonalRecord
from shared.worker_pool import RestingPool

ENTRIES = [Entry(f"X-{number}", (name,)) for number, name in enumerate(("Tarek Ben Salah", "Giorgos Papadakis"))]
OTHERS = [Entry("Y-1", ("Amina Farouk",))]
PEOPLE = [PersonalRecord(name_latin=name) for name in ("Tarik Bensalah", "Amina Farouk", "Giorgos Papadakis")]


class Kept:
    """Lists as they are kept, and how often each was asked for."""

    def __init__(self, **lists: bytes) -> None:
        self.lists = lists
        self.asked: list[str] = []

    async def packed(self, code: str) -> Sequence[bytes]:
        self.asked.append(code)
        return [self.lists[code]]


def read(packed: Sequence[bytes]) -> list[Entry]:
    return {b"entries": ENTRIES, b"others": OTHERS}[packed[0]]


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_held", {})


async def found(pool: Executor, kept: Kept, stamps: dict[str, str]) -> list[list[str]]:
    answer = await Matcher(pool, read).found(PEOPLE, stamps, kept.packed)
    return [[each.reference for each in of_one] for of_one in answer]


async def test_what_is_found_is_what_the_list_finds() -> None:
    index = ListIndex(ENTRIES)
    with ThreadPoolExecutor(1) as pool:
        answer = await Matcher(pool, read).found(PEOPLE, {"un": "un:1"}, Kept(un=b"entries").packed)
    assert answer == [[found_of("un", match) for match in index.screen(person)] for person in PEOPLE]
    assert [len(each) for each in answer] == [1, 0, 1]


async def test_a_list_is_sent_once_and_again_when_it_changed() -> None:
    kept = Kept(un=b"entries")
    with ThreadPoolExecutor(1) as pool:
        assert await found(pool, kept, {"un": "un:1"}) == [["X-0"], [], ["X-1"]]
        assert await found(pool, kept, {"un": "un:1"}) == [["X-0"], [], ["X-1"]]
        assert kept.asked == ["un"]
        kept.lists = {"un": b"others"}
        assert await found(pool, kept, {"un": "un:2"}) == [[], ["Y-1"], []]
        assert await found(pool, kept, {}) == [[], [], []], "a list that was removed names nobody"
    assert kept.asked == ["un", "un"]


async def test_many_people_go_in_several_calls_and_keep_their_order() -> None:
    people = [PEOPLE[number % 3] for number in range(3 * PEOPLE_A_CALL + 1)]
    with ThreadPoolExecutor(1) as pool:
        answer = await Matcher(pool, read).found(people, {"un": "un:1"}, Kept(un=b"entries").packed)
    assert [len(each) for each in answer] == [(1, 0, 1)[number % 3] for number in range(len(people))]


async def test_a_process_of_its_own_finds_the_same_and_loads_again_after_a_rest() -> None:
    kept = Kept(un=b"entries")
    with RestingPool(1) as pool:
        assert await found(pool, kept, {"un": "un:1"}) == [["X-0"], [], ["X-1"]]
        pool.shutdown()
        assert await found(pool, kept, {"un": "un:1"}) == [["X-0"], [], ["X-1"]]
    assert kept.asked == ["un", "un"]
