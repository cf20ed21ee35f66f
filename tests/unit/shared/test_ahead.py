"""The next item is made while the present one is used, and no further."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from shared.ahead import one_ahead


class Made:
    """Items 0 to 3, one of which may fail; tells which were begun, and whether one was broken off."""

    def __init__(self, *, fails_at: int = 4) -> None:
        self.begun: list[int] = []
        self.is_broken_off = False
        self.held = asyncio.Event()
        self.held.set()
        self._fails_at = fails_at

    async def items(self) -> AsyncIterator[int]:
        for number in range(4):
            self.begun.append(number)
            try:
                await self.held.wait()
            except asyncio.CancelledError:
                self.is_broken_off = True
                raise
            if number == self._fails_at:
                raise ValueError(number)
            yield number


async def turn() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_one_item_and_no_more_is_made_while_another_is_used() -> None:
    async def used() -> list[list[int]]:
        made, seen = Made(), []
        async for _ in one_ahead(made.items()):
            await turn()
            seen.append(list(made.begun))
        return seen

    assert asyncio.run(used()) == [[0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3]]


def test_what_fails_comes_after_all_that_was_made_before() -> None:
    async def used() -> None:
        async for item in one_ahead(Made(fails_at=2).items()):
            await turn()
            seen.append(item)

    seen: list[int] = []
    with pytest.raises(ValueError, match="2"):
        asyncio.run(used())
    assert seen == [0, 1]


def test_who_stops_breaks_off_what_is_being_made() -> None:
    async def used() -> Made:
        made = Made()
        async with aclosing(one_ahead(made.items())) as items:
            async for _ in items:
                made.held.clear()
                await turn()
                break
        return made

    made = asyncio.run(used())
    assert (made.begun, made.is_broken_off) == ([0, 1], True)
