"""Readings that are kept for a moment: whoever has looked at a dry run mostly has it registered next."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Final

from services.registration.domain.ports import Readings, ReadRoster
from services.registration.domain.roster_row import RosterRules

KEPT_MAX: Final = 2
KEPT_S: Final = 600.0


@dataclass(frozen=True)
class _Kept:
    rules: RosterRules
    roster: ReadRoster
    until: asyncio.TimerHandle


class KeptReadings:
    """Asks other readings, and once answers a file that was read under the same rules before from memory.

    What is kept is people's data as their delegation wrote it: in memory alone, the last two readings, for ten minutes
    at the most, and no longer than until `forget`. A reading that was under way then is not kept either.
    """

    def __init__(self, readings: Readings, *, kept_s: float = KEPT_S) -> None:
        self._readings = readings
        self._kept_s = kept_s
        self._kept: dict[bytes, _Kept] = {}
        self._forgotten = 0

    async def read(self, workbook: bytes, rules: RosterRules) -> ReadRoster:
        """Raises the refusals of reading a sheet."""
        digest = hashlib.sha256(workbook).digest()
        if (kept := self._let_go(digest)) is not None and kept.rules == rules:
            return kept.roster
        forgotten = self._forgotten
        roster = await self._readings.read(workbook, rules)
        if forgotten == self._forgotten:
            self._keep(digest, rules, roster)
        return roster

    def forget(self) -> None:
        """Let go of everything: somebody was erased who may be in it."""
        for digest in list(self._kept):
            self._let_go(digest)
        self._forgotten += 1

    @property
    def holds(self) -> int:
        """How many readings are in memory."""
        return len(self._kept)

    def _keep(self, digest: bytes, rules: RosterRules, roster: ReadRoster) -> None:
        self._let_go(digest)
        until = asyncio.get_running_loop().call_later(self._kept_s, self._let_go, digest)
        self._kept[digest] = _Kept(rules, roster, until)
        while len(self._kept) > KEPT_MAX:
            self._let_go(next(iter(self._kept)))

    def _let_go(self, digest: bytes) -> _Kept | None:
        kept = self._kept.pop(digest, None)
        if kept is not None:
            kept.until.cancel()
        return kept
