"""Remind of dossiers whose time comes near, escalate the overdue, tell of rejections when their hour comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog

from services.accreditation.application.records import Bind, participant_lock
from services.accreditation.domain.deadlines import wakes_at, woken
from services.accreditation.domain.dossier_ports import DossierViews
from shared.errors import BusyError, InfrastructureError
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.world import World

LOOK_EVERY_S: Final = 5.0
AT_ONCE_MAX: Final = 200
_log = structlog.get_logger(__name__)


class FollowDeadlines:
    """Looks every few seconds; several processes may, for each dossier is read again in the commit that changes it."""

    def __init__(self, work: UnitOfWork, bind: Bind, views: DossierViews, world: World) -> None:
        self._work = work
        self._bind = bind
        self._views = views
        self._world = world

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run(), name="accreditation.deadlines")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def once(self) -> int:
        """Follow what is due by now, 200 dossiers at most; answers how many there were."""
        due = await self._views.to_wake(self._world.now(), limit=AT_ONCE_MAX)
        for participant_id in due:
            trace = self._world.random_bytes(16).hex()
            cause = Cause(trace, None, f"00-{trace}-{self._world.random_bytes(8).hex()}-00", "service:accreditation")
            await self._work.run(
                lambda tx, person=participant_id: self._wake(tx, person),  # type: ignore[misc]  # bound per turn
                cause=cause,
                serialise=participant_lock(participant_id),
            )
        return len(due)

    async def _wake(self, tx: Transaction, participant_id: str) -> None:
        records = self._bind(tx)
        dossier = await records.dossier(participant_id)
        wakes = wakes_at(dossier) if dossier else None
        if dossier is None or wakes is None or wakes > tx.now:
            return
        after, events = woken(dossier, tx.now)
        await records.save_dossier(after)
        for event in events:
            tx.emit(event)

    async def _run(self) -> None:
        while True:
            try:
                while await self.once() == AT_ONCE_MAX:
                    pass
            except (InfrastructureError, BusyError) as error:
                _log.warning("deadlines_wait", error=type(error).__name__)
            except Exception as error:
                _log.exception("deadlines_fail", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)
