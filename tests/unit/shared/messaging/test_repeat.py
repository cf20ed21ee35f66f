"""A step that is taken over and over outlives its failures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import pytest

from shared.errors import BusyError, InfrastructureError
from shared.messaging.repeat import Repeat
from shared.telemetry.metrics import REPEAT_FAILURES


class Script:
    """Answers or raises what it was given, one after another; then it waits for ever."""

    def __init__(self, lines: Iterable[bool | Exception | None]) -> None:
        self._lines = list(lines)
        self.is_over = asyncio.Event()

    async def __call__(self) -> bool | None:
        if not self._lines:
            self.is_over.set()
            await asyncio.Event().wait()
        line = self._lines.pop(0)
        if isinstance(line, Exception):
            raise line
        return line


async def played(script: Script, *, every_s: float) -> None:
    task = asyncio.create_task(Repeat("test.step", script, every_s).run())
    try:
        await asyncio.wait_for(script.is_over.wait(), 2)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("failure", [InfrastructureError("away"), BusyError(), KeyError("a mistake")])
async def test_a_failure_does_not_end_it(failure: Exception) -> None:
    await played(Script([failure, None]), every_s=0)


async def test_more_to_do_is_done_at_once() -> None:
    await played(Script([True] * 5), every_s=0)
    with pytest.raises(TimeoutError):
        await played(Script([None]), every_s=60)


async def test_only_a_mistake_of_ours_is_counted() -> None:
    counted = REPEAT_FAILURES.labels("test.step")._value
    before = counted.get()
    await played(Script([InfrastructureError("away"), ValueError("a mistake")]), every_s=0)
    assert counted.get() - before == 1
