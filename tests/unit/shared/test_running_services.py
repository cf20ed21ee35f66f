"""Services of one process begin and end beside each other; one that cannot begin takes the others down with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.asgi import all_running


@dataclass
class Life:
    """Stands for a service: how it begins is given, what became of it is told."""

    name: str
    begins: Any = None
    told: list[str] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        if self.begins is not None:
            await self.begins()
        self.told.append("begun")
        try:
            yield
        finally:
            self.told.append("ended")


async def test_all_begin_beside_each_other_and_all_end() -> None:
    both = asyncio.Barrier(2)
    lives = [Life("one", both.wait), Life("two", both.wait)]
    async with all_running(lives):  # type: ignore[arg-type]  # lives for services
        assert [life.told for life in lives] == [["begun"], ["begun"]]
    assert [life.told for life in lives] == [["begun", "ended"], ["begun", "ended"]]


async def test_one_that_cannot_begin_ends_the_others_and_says_why() -> None:
    well = Life("well")

    async def breaks() -> None:
        await asyncio.sleep(0)
        raise OSError("no keys")

    with pytest.raises(OSError, match="no keys"):
        async with all_running([well, Life("unwell", breaks)]):  # type: ignore[list-item]
            pytest.fail("it began")
    assert well.told == ["begun", "ended"]


async def test_what_fails_inside_passes_through_and_everything_ends() -> None:
    life = Life("one")
    with pytest.raises(KeyError):
        async with all_running([life]):  # type: ignore[list-item]
            raise KeyError
    assert life.told == ["begun", "ended"]
