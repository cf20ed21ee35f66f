"""What the signed status list says of a badge, beside what the events said: the freshest wins, and never reopens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.entrance.domain.badge import Badge, BadgeState
from shared.security.status_list import Status

MARGIN: Final = timedelta(seconds=5)
"""How much later than an event a list must be issued to know of it: a commit may be slower than the list's making."""
FRESH: Final = timedelta(minutes=2)
"""A list is issued anew every minute."""


class Trust(StrEnum):
    """How far the list is to be believed: it is issued every minute, and expires after a day."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    NONE = "none"


@dataclass(frozen=True)
class Listed:
    """A serial's status in a list that was issued then; `has_expired` says that the list is past its expiry."""

    status: Status
    issued_at: datetime
    has_expired: bool


def trust_of(issued_at: datetime | None, expires_at: datetime | None, now: datetime) -> Trust:
    if issued_at is None or expires_at is None:
        return Trust.NONE
    if now >= expires_at:
        return Trust.STALE
    return Trust.FRESH if now - issued_at <= FRESH else Trust.AGEING


def by_list(badge: Badge, listed: Listed | None) -> Badge:
    """The badge in the state that the freshest of list and events gives it.

    What is revoked by either is revoked, however old that is: a revocation is final. For all else a list that has
    expired, or that is not clearly later than the badge's last event, says nothing.
    """
    if listed is None or badge.state.is_final:
        return badge
    if listed.status is Status.INVALID:
        return replace(badge, state=BadgeState.WITHDRAWN)
    is_later = badge.state_at is None or listed.issued_at >= badge.state_at + MARGIN
    if listed.has_expired or not is_later:
        return badge
    if listed.status is Status.SUSPENDED and badge.state is BadgeState.PREPARED:
        return badge
    return replace(badge, state=_STATES[listed.status])


_STATES: Final = {
    Status.VALID: BadgeState.ACTIVE,
    Status.SUSPENDED: BadgeState.SUSPENDED,
    Status.FACE_CHECK: BadgeState.ISSUED,
}
