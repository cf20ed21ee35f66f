"""Keep the signed status list as fresh as the books: a new version at once when a badge changes, and every minute."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.accreditation.domain.badge_errors import StatusListNotReadyError
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.events import StatusListPublished
from services.accreditation.domain.ports import Signer, Views
from services.accreditation.domain.status_publication import (
    EXPIRES_AFTER,
    ISSUE_AGAIN_AFTER,
    LOOK_BACK,
    TTL,
    PublishedStatusList,
    StatusBooks,
    StatusLists,
)
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.security.status_list import StatusBits, StatusList
from shared.world import World

WHOLE_AGAIN_AFTER_S: Final = 600.0


@dataclass(frozen=True)
class StatusListReport:
    """What an administrator sees of it."""

    published: PublishedStatusList
    age_s: float

    @property
    def latency_s(self) -> float | None:
        latency = self.published.latency
        return latency.total_seconds() if latency is not None else None


class PublishStatusList:
    """Built from the books alone and never from the log, so that no bad record can hold a revocation back.

    Several processes may run it: a version is written once, by whoever was first.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        bind: Callable[[Transaction], StatusBooks],
        lists: StatusLists,
        views: Views,
        signer: Signer,
        world: World,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._lists = lists
        self._views = views
        self._signer = signer
        self._world = world
        self._bits = StatusBits()
        self._whole_at: datetime | None = None
        self._newest: datetime | None = None

    async def current(self) -> PublishedStatusList:
        """What gates are given. Raises StatusListNotReadyError before the first version."""
        found = await self._lists.current()
        if found is None:
            raise StatusListNotReadyError
        return found

    async def report(self, principal: Principal) -> StatusListReport:
        """Raises RoleRequiredError, StatusListNotReadyError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.OPERATOR)
        published = await self.current()
        return StatusListReport(published, (self._world.now() - published.issued_at).total_seconds())

    async def look(self) -> bool:
        """Publish a version if there is need of one; answers whether one was published.

        Raises InfrastructureError, and BusyError when another process was faster.
        """
        conference = await self._views.conference()
        if conference is None:
            return False
        now = self._world.now()
        await self._follow(now)
        raw = self._bits.raw()
        digest = hashlib.sha256(raw).hexdigest()
        before = await self._lists.current()
        if before and before.digest == digest and now - before.issued_at < ISSUE_AGAIN_AFTER:
            return False
        await self._publish(conference, raw, digest, before, now)
        return True

    async def _follow(self, now: datetime) -> None:
        """Take up what changed; from time to time everything, should a change ever have been missed."""
        whole = self._whole_at is None or (now - self._whole_at).total_seconds() > WHOLE_AGAIN_AFTER_S
        since = None if whole or self._newest is None else self._newest - LOOK_BACK
        bits = StatusBits() if whole else self._bits
        async for chunk in self._lists.statuses(since=since):
            bits.update((item.serial, item.status) for item in chunk)
            newest = max(item.since for item in chunk)
            self._newest = max(newest, self._newest) if self._newest else newest
        self._bits = bits
        if whole:
            self._whole_at = now

    async def _publish(
        self, conference: ConferenceRules, raw: bytes, digest: str, before: PublishedStatusList | None, now: datetime
    ) -> None:
        version = before.version + 1 if before else 1
        issued_at = now.replace(microsecond=0)
        found = StatusList(conference.id, version, issued_at, issued_at + EXPIRES_AFTER, TTL, raw)
        token, key_id = self._signer.sign_status_list(found, conference.number)
        published = PublishedStatusList(version, token, digest, now, self._newest, key_id)

        async def work(tx: Transaction) -> None:
            await self._bind(tx).publish(published)
            if before is None or before.digest != digest:
                tx.emit(StatusListPublished(conference.id, version, len(token), now))

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, "service:accreditation"))
