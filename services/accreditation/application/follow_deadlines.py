"""Remind of dossiers whose time comes near, escalate the overdue, tell of rejections when their hour comes."""

from __future__ import annotations

from typing import Final

from services.accreditation.application.records import Bind, BindReminders, participant_lock
from services.accreditation.domain.deadlines import wakes_at, woken
from services.accreditation.domain.dossier_ports import DossierViews
from services.accreditation.domain.reminder import Reminder
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.world import World

AT_ONCE_MAX: Final = 200


class FollowDeadlines:
    """Looks every few seconds; several processes may, for each dossier is read again in the commit that changes it."""

    def __init__(
        self, work: UnitOfWork, bind: Bind, reminders: BindReminders, views: DossierViews, world: World
    ) -> None:
        self._work = work
        self._bind = bind
        self._reminders = reminders
        self._views = views
        self._world = world

    async def once(self) -> bool:
        """Follow what is due by now, 200 dossiers at most; answers whether there may be more."""
        due = await self._views.to_wake(self._world.now(), limit=AT_ONCE_MAX)
        for participant_id in due:
            trace = self._world.random_bytes(16).hex()
            cause = Cause(trace, None, f"00-{trace}-{self._world.random_bytes(8).hex()}-00", "service:accreditation")
            await self._work.run(
                lambda tx, person=participant_id: self._wake(tx, person),  # type: ignore[misc]  # bound per turn
                cause=cause,
                serialise=participant_lock(participant_id),
            )
        return len(due) == AT_ONCE_MAX

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
            for reminder in Reminder.of(event, dossier.assigned_to, tx.now):
                await self._reminders(tx).add(reminder)
