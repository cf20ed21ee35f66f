"""Workers come when there is work, go when there is none, and one that is killed is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
from concurrent.futures.process import BrokenProcessPool

import pytest

from shared import worker_pool
from shared.worker_pool import MEMORY_BYTES_MAX, RestingPool


async def test_workers_rest_and_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "REST_AFTER_S", 0.1)
    monkeypatch.setattr(worker_pool, "_LOOK_EVERY_S", 0.05)
    loop = asyncio.get_running_loop()
    with RestingPool(1) as pool:
        resting = asyncio.create_task(pool.rest_when_idle())
        first = await loop.run_in_executor(pool, os.getpid)
        for _ in range(100):
            if not alive(first):
                break
            await asyncio.sleep(0.05)
        assert not alive(first)
        second = await loop.run_in_executor(pool, os.getpid)
        assert second not in (first, os.getpid())
        resting.cancel()
    assert not alive(second)


async def test_a_killed_worker_breaks_its_work_and_no_later_one() -> None:
    loop = asyncio.get_running_loop()
    with RestingPool(1) as pool:
        with pytest.raises(BrokenProcessPool):
            await loop.run_in_executor(pool, os.kill, 0 or await loop.run_in_executor(pool, os.getpid), signal.SIGKILL)
        assert await loop.run_in_executor(pool, os.getpid)


async def test_work_that_asks_for_too_much_memory_fails_alone() -> None:
    loop = asyncio.get_running_loop()
    with RestingPool(1) as pool:
        with pytest.raises(MemoryError):
            await loop.run_in_executor(pool, bytearray, MEMORY_BYTES_MAX + 1)
        assert len(await loop.run_in_executor(pool, bytearray, 2**20)) == 2**20


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
