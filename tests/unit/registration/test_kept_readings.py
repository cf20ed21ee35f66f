"""What a dry run read is answered once from memory, under the same rules, and let go of when somebody is erased."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.registration.adapters.kept_readings import KEPT_MAX, KeptReadings
from services.registration.domain.ports import ReadRoster
from services.registration.domain.roster_row import RosterRules

RULES = RosterRules([], "LBY", date(2027, 3, 3), date(2027, 2, 1), frozenset())


class Reader:
    """Counts its readings; each answers a roster of its own."""

    def __init__(self) -> None:
        self.read_of: list[bytes] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def read(self, workbook: bytes, rules: RosterRules) -> ReadRoster:
        self.read_of.append(workbook)
        await self.go_on.wait()
        return ReadRoster((), (), {}, sheet=len(self.read_of))

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not asked for here")


async def test_the_commit_after_a_dry_run_reads_from_memory_and_only_once() -> None:
    reader = Reader()
    kept = KeptReadings(reader)
    dry = await kept.read(b"list", RULES)
    assert await kept.read(b"list", replace(RULES)) is dry
    assert kept.holds == 0, "what was answered is not kept for longer"
    assert (await kept.read(b"list", RULES)) is not dry
    assert reader.read_of == [b"list", b"list"]


@pytest.mark.parametrize(
    "other",
    [replace(RULES, today=date(2027, 2, 2)), replace(RULES, takes_new=False), replace(RULES, photos=frozenset({"a"}))],
)
async def test_under_other_rules_it_is_read_again(other: RosterRules) -> None:
    reader = Reader()
    kept = KeptReadings(reader)
    dry = await kept.read(b"list", RULES)
    assert await kept.read(b"list", other) is not dry
    assert await kept.read(b"list", RULES) is not dry


async def test_another_file_is_another_reading_and_few_are_kept() -> None:
    reader = Reader()
    kept = KeptReadings(reader)
    for number in range(KEPT_MAX + 1):
        await kept.read(b"%d" % number, RULES)
    assert kept.holds == KEPT_MAX
    await kept.read(b"0", RULES)
    assert reader.read_of.count(b"0") == 2, "the oldest went"


async def test_nothing_is_left_after_its_time() -> None:
    kept = KeptReadings(Reader(), kept_s=0.01)
    await kept.read(b"list", RULES)
    assert kept.holds == 1
    await asyncio.sleep(0.02)
    assert kept.holds == 0


async def test_nothing_is_left_after_an_erasure_not_even_of_a_reading_under_way() -> None:
    reader = Reader()
    kept = KeptReadings(reader)
    await kept.read(b"list", RULES)
    reader.go_on.clear()
    under_way = asyncio.create_task(kept.read(b"another", RULES))
    await asyncio.sleep(0)
    kept.forget()
    reader.go_on.set()
    await under_way
    assert kept.holds == 0
