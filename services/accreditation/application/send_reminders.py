"""Send reminders by e-mail: at least once, each message under one Message-ID whatever happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from services.accreditation.application.records import BindReminders
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import Views
from services.accreditation.domain.reminder import GATHER, ReminderMail, ReminderViews
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.outgoing_mail import tried
from shared.world import World

_CAUSE: Final = Cause("reminders", None, None, "service:accreditation")

Deliver = Callable[[ReminderMail, ConferenceRules], Awaitable[None]]
"""Hands a message to the mail server. Raises RecipientsRefusedError, or InfrastructureError to try again."""


class SendReminders:
    """Reminders that come within seconds of one another go in one message, whose id is durable before it is sent."""

    def __init__(
        self,
        work: UnitOfWork,
        bind: BindReminders,
        reminders: ReminderViews,
        views: Views,
        deliver: Deliver,
        world: World,
    ) -> None:
        self._work = work
        self._bind = bind
        self._reminders = reminders
        self._views = views
        self._deliver = deliver
        self._world = world

    async def once(self) -> bool:
        """Gather what waits and send one message; whether one was accepted by the mail server."""
        conference = await self._views.conference()
        if conference is None:
            return False
        while await self._reminders.waiting(self._world.now() - GATHER):
            await self._gather(self._world.new_id())
        mail = await self._reminders.due(self._world.now())
        return mail is not None and await self._send(mail, conference)

    async def _gather(self, mail_id: str) -> None:
        async def work(tx: Transaction) -> None:
            await self._bind(tx).gather(mail_id)

        await self._work.run(work, cause=_CAUSE, serialise="reminders")

    async def _send(self, mail: ReminderMail, conference: ConferenceRules) -> bool:
        outcome = await tried(mail, lambda: self._deliver(mail, conference), self._world.now())

        async def work(tx: Transaction) -> None:
            await self._bind(tx).save_mail(outcome)

        await self._work.run(work, cause=_CAUSE)
        return outcome.sent_at is not None
