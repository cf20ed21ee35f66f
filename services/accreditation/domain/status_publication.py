"""The status list as accreditation publishes it: what each state of a badge means to a gate, and when to issue anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.blank import BlankState
from shared.security.status_list import Status

TTL: Final = timedelta(seconds=30)
ISSUE_AGAIN_AFTER: Final = timedelta(seconds=60)
EXPIRES_AFTER: Final = timedelta(hours=24)
LOOK_BACK: Final = timedelta(minutes=1)
"""How far the clocks of two processes may differ without a change being missed."""

STATUS_OF_BADGE: Final = {
    BadgeState.PREPARED: Status.SUSPENDED,
    BadgeState.ISSUED: Status.FACE_CHECK,
    BadgeState.ACTIVE: Status.VALID,
    BadgeState.SUSPENDED: Status.SUSPENDED,
    BadgeState.REVOKED: Status.INVALID,
}
STATUS_OF_BLANK: Final = {BlankState.READY: Status.SUSPENDED, BlankState.VOID: Status.INVALID}
"""A blank that is bound is a badge; its status is the badge's."""


@dataclass(frozen=True)
class SerialStatus:
    """What a serial's status is, and since when."""

    serial: int
    status: Status
    since: datetime


@dataclass(frozen=True)
class PublishedStatusList:
    """A version as it is served. `digest` is over the bits; `newest_change` is the last change of a badge in it."""

    version: int
    token: bytes
    digest: str
    issued_at: datetime
    newest_change: datetime | None
    key_id: str

    @property
    def latency(self) -> timedelta | None:
        """From the last change of a badge to the version that tells of it; None for a list without any change."""
        return self.issued_at - self.newest_change if self.newest_change else None


class StatusLists(Protocol):
    """What is published, outside any transaction."""

    async def current(self) -> PublishedStatusList | None: ...

    def statuses(self, *, since: datetime | None) -> AsyncIterator[Sequence[SerialStatus]]:
        """Every serial that was given, or those that changed since, in chunks."""
        ...


class StatusBooks(Protocol):
    """Bound to one transaction."""

    async def publish(self, published: PublishedStatusList) -> None:
        """Raises BusyError when another process published this version first."""
        ...
