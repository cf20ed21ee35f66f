"""Serials of badges: a counter behind a keyed permutation, so that neither order nor totals can be read from them."""

from __future__ import annotations

import asyncio
from typing import Final

from services.accreditation.domain.badge_errors import SerialsExhaustedError
from services.accreditation.domain.badge_number import number_of
from services.accreditation.domain.serial_permutation import BITS, serial_at
from shared.storage import Database

COUNTERS: Final = "counters"
SERIALS_MAX: Final = 1 << BITS
BLOCK: Final = 32
SERIAL_COUNTER: Final = {"_id": "badge_serial"}


class MongoSerials:
    """Takes serials in blocks, outside any transaction. What a stopped process had left over is never given."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._counters = database.collection(COUNTERS)
        self._key = key
        self._block = iter(range(0))
        self._lock = asyncio.Lock()

    async def take(self) -> int:
        """Raises SerialsExhaustedError after 2^20."""
        async with self._lock:
            place = next(self._block, None)
            if place is None:
                place = await self._next_block()
        if place >= SERIALS_MAX:
            raise SerialsExhaustedError
        return serial_at(place, self._key)

    def number_of(self, serial: int) -> str:
        return number_of(serial)

    async def _next_block(self) -> int:
        counter = await self._counters.find_one_and_update(SERIAL_COUNTER, {"$inc": {"next": BLOCK}}, upsert=True)
        assert counter is not None, "an upsert answers the document"
        first = counter["next"] - BLOCK
        self._block = iter(range(first + 1, first + BLOCK))
        return int(first)
