"""The gauges of one service that an outage must not stop: kept current by time, whatever succeeds or fails meanwhile.

A gauge that is set when something succeeds stands still in the very outage that it is to tell of. These are set every
two seconds by a task of their own. What the database cannot be asked meanwhile is what was known last, grown older.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from shared import clock
from shared.errors import InfrastructureError
from shared.messaging.blocked_keys import BlockedKeys
from shared.messaging.liveness import Liveness
from shared.messaging.relay import Relay
from shared.telemetry.metrics import BLOCKED_KEYS, LAG_UNSEEN, OUTBOX_AGE, QUARANTINED, RELAY_FAILING
from shared.world import World

EVERY_S: Final = 2.0
COUNT_EVERY_S: Final = 5.0
PATIENCE_S: Final = 2.0

_log = structlog.get_logger(__name__)


class Gauges:
    """A service's outbox, broker, blocked keys and quarantine, as numbers that an alert rule can wait on."""

    def __init__(
        self, relay: Relay, liveness: Liveness, groups: Sequence[BlockedKeys], world: World, *, service: str
    ) -> None:
        self._relay = relay
        self._liveness = liveness
        self._groups = groups
        self._world = world
        self._service = service
        self._oldest: datetime | None = None
        self._counted_at: float | None = None

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            await self._measure()
            await asyncio.sleep(EVERY_S)

    async def _measure(self) -> None:
        now_s = clock.monotonic_s()
        failing_since = self._relay.health.failing_since
        RELAY_FAILING.labels(self._service).set(0 if failing_since is None else now_s - failing_since)
        LAG_UNSEEN.labels(self._service).set(self._liveness.unseen_s())
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._oldest = await self._relay.oldest_waiting()
                if self._counted_at is None or now_s - self._counted_at > COUNT_EVERY_S:
                    await self._count()
                    self._counted_at = now_s
        except (InfrastructureError, TimeoutError) as error:
            _log.warning("gauges_wait", service=self._service, error=type(error).__name__)
        age_s = (self._world.now() - self._oldest).total_seconds() if self._oldest else 0.0
        OUTBOX_AGE.labels(self._service).set(max(0.0, age_s))

    async def _count(self) -> None:
        for blocked in self._groups:
            BLOCKED_KEYS.labels(blocked.group).set(await blocked.count())
            QUARANTINED.labels(blocked.group).set(await blocked.quarantined())
