"""Sessions that are over although their tokens have not expired: an account that was disabled is shut out at once."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from shared.errors import InfrastructureError

LOOK_EVERY_S: Final = 1.0
PATIENCE_S: Final = 0.25

_log = structlog.get_logger(__name__)


def account_digest(account_id: str) -> str:
    """What the list names an account by: nothing to whoever does not know the account already."""
    return hashlib.sha256(account_id.encode()).hexdigest()[:24]


class EndedSessions:
    """Identity's list, asked for again by the first token that comes a second or more after the last asking.

    What identity says is known everywhere within a second, then. That one token waits for the answer, a quarter of a
    second at the most, and no other does, so that a gate decides as fast as ever while identity restarts; what was
    known goes on holding.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Mapping[str, int]]]) -> None:
        self._fetch = fetch
        self._epochs: Mapping[str, int] = {}
        self._asked_at = -LOOK_EVERY_S
        self._asking: asyncio.Task[None] | None = None

    async def is_over(self, account_id: str, epoch: int) -> bool:
        if time.monotonic() - self._asked_at >= LOOK_EVERY_S:
            self._asked_at = time.monotonic()
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask(), name="ended_sessions")
                await asyncio.wait([self._asking], timeout=PATIENCE_S)
        return epoch < self._epochs.get(account_digest(account_id), 0)

    async def _ask(self) -> None:
        try:
            self._epochs = await self._fetch()
        except InfrastructureError:
            _log.warning("ended_sessions_not_reached")
