"""What a service does over and over beside its requests: look for what is due, tell, follow, clean up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from shared.errors import BusyError, InfrastructureError
from shared.telemetry.metrics import REPEAT_FAILURES

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Repeat:
    """A step taken at once when the service starts and then every `every_s` seconds, until the service stops.

    A step that answers True has more to do, and is taken again at once. An outage and a writer who was faster
    are waited out; any other error is logged, counted in `bawaba_repeat_failures_total` and never ends the repetition.
    """

    name: str
    step: Callable[[], Awaitable[bool | None]]
    every_s: float

    async def run(self) -> None:
        while True:
            if not await self._once():
                await asyncio.sleep(self.every_s)

    async def _once(self) -> bool | None:
        try:
            return await self.step()
        except (InfrastructureError, BusyError) as error:
            _log.warning("repeat_waits", step=self.name, error=type(error).__name__)
        except Exception as error:
            REPEAT_FAILURES.labels(self.name).inc()
            _log.exception("repeat_fails", step=self.name, error=type(error).__name__)
        return False
