"""A queue per key inside this process, with a bounded wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from shared.errors import BusyError

WAIT_S_MAX: Final = 5.0


class KeyedLocks:
    """One lock per key, made when wanted and forgotten when nobody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Hold the key's lock. Raises BusyError after 5 s of waiting."""
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            try:
                await asyncio.wait_for(lock.acquire(), WAIT_S_MAX)
            except TimeoutError:
                raise BusyError from None
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)


class Turnstile:
    """Many pass at once; while somebody holds it closed nobody enters, and those inside have left."""

    def __init__(self) -> None:
        self._condition = asyncio.Condition()
        self._inside = 0
        self._is_closed = False

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        async with self._condition:
            await self._condition.wait_for(lambda: not self._is_closed)
            self._inside += 1
        try:
            yield
        finally:
            async with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        async with self._condition:
            await self._condition.wait_for(lambda: not self._is_closed)
            self._is_closed = True
            await self._condition.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            async with self._condition:
                self._is_closed = False
                self._condition.notify_all()
