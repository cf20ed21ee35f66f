"""Send a delegation its notices by e-mail: at least once, each message under one Message-ID whatever happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from services.registration.application.notice_addresses import NoticeAddresses
from services.registration.domain.notice import GATHER, Mail
from services.registration.domain.ports import Notices
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference, Delegation
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.outgoing_mail import tried
from shared.world import World

DELEGATIONS_MAX: Final = 50
MAILS_MAX: Final = 50
_CAUSE: Final = Cause("notices", None, None, "service:registration")


Deliver = Callable[[Mail, Conference, Delegation, tuple[str, ...]], Awaitable[None]]
"""Hands a message to the mail server. Raises RecipientsRefusedError, or InfrastructureError to try again."""


class SendNotices:
    """Notices that come within seconds of one another go in one message, whose id is durable before it is sent."""

    def __init__(
        self,
        notices: Notices,
        addresses: NoticeAddresses,
        conference: ConferenceCopy,
        unit_of_work: UnitOfWork,
        deliver: Deliver,
        world: World,
    ) -> None:
        self._notices = notices
        self._addresses = addresses
        self._conference = conference
        self._unit_of_work = unit_of_work
        self._deliver = deliver
        self._world = world

    async def __call__(self) -> int:
        """Gather what waits, send what is due; how many messages were accepted by the mail server."""
        conference = await self._conference.current()
        if conference is None:
            return 0
        for delegation in await self._notices.unmailed(self._world.now() - GATHER, limit=DELEGATIONS_MAX):
            await self._gather(delegation)
        accepted = 0
        for mail in await self._notices.due(self._world.now(), limit=MAILS_MAX):
            accepted += await self._send(mail, conference)
        return accepted

    async def _gather(self, delegation: str) -> None:
        has_addresses = bool(await self._addresses.of(delegation))

        async def work(tx: Transaction) -> None:
            await self._notices.gather(tx, delegation, self._world.new_id() if has_addresses else None)

        await self._unit_of_work.run(work, cause=_CAUSE)

    async def _send(self, mail: Mail, conference: Conference) -> int:
        delegation = conference.delegation(mail.delegation)
        addresses = await self._addresses.of(mail.delegation)
        if delegation is None or not addresses:
            outcome = mail.refused()
        else:
            deliver = partial(self._deliver, mail, conference, delegation, addresses)
            outcome = await tried(mail, deliver, self._world.now())

        async def work(tx: Transaction) -> None:
            await self._notices.save_mail(tx, outcome)

        await self._unit_of_work.run(work, cause=_CAUSE)
        return int(outcome.sent_at is not None)
