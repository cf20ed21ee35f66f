"""Numbers that accreditation gives out and that others remember: after a restore it goes on far beyond them.

Nobody can know how many were given between a backup and its restore, so each restore skips more than a conference
gives in that time. The status list keeps its size: it has room for 2^20 serials, and what was never given is one run
of equal bits.
"""

from __future__ import annotations

from typing import Final

from services.accreditation.adapters.serials import COUNTERS, SERIAL_COUNTER, SERIALS_MAX
from services.accreditation.adapters.status_lists import CURRENT, STATUS_LISTS
from services.accreditation.adapters.tokens import counter_of
from services.accreditation.domain.badge_errors import SerialsExhaustedError
from services.accreditation.domain.token import TokenKind
from shared.storage import Database

SERIALS_SKIPPED: Final = 1 << 15
TOKENS_SKIPPED: Final = 1_000
VERSIONS_SKIPPED: Final = 10_000_000  # at two a second, those of two months; a version has 33 bits


class MongoGivenNumbers:
    def __init__(self, database: Database) -> None:
        self._counters = database.collection(COUNTERS)
        self._lists = database.collection(STATUS_LISTS)

    async def skip(self, restores: int) -> None:
        present = await self._counters.find_one(SERIAL_COUNTER)
        if (present or {"next": 0})["next"] + restores * SERIALS_SKIPPED >= SERIALS_MAX:
            raise SerialsExhaustedError
        await self._counters.update_one(SERIAL_COUNTER, {"$inc": {"next": restores * SERIALS_SKIPPED}}, upsert=True)
        for kind in TokenKind:
            await self._counters.update_one(
                counter_of(kind), {"$inc": {"next": restores * TOKENS_SKIPPED}}, upsert=True
            )
        await self._lists.update_one({"_id": CURRENT}, {"$inc": {"version": restores * VERSIONS_SKIPPED}})
