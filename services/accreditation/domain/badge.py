"""A badge: prepared → active → revoked, and revoked for ever.

A participant has at most one prepared and at most one active badge. A replacement ends its predecessor when it is
activated; a lost badge, and one that was never activated, ends at once. Expiry is no state: `valid_until` is in the
credential, and the gate judges it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.errors import BadgeStateError
from services.accreditation.domain.events import (
    BadgeActivated,
    BadgeEvent,
    BadgePrepared,
    BadgeRevoked,
    RevocationReason,
    Subject,
)


class BadgeState(StrEnum):
    PREPARED = "prepared"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Badge:
    """`credential` is the text of its QR symbol; `profile_version` counts the badges of this participant.

    `version` counts what was written of it, 0 for a new one.
    """

    badge_id: str
    subject: Subject
    category: str
    serial: int
    number: str
    key_id: str
    credential: str
    access: tuple[AccessGrant, ...]
    profile_version: int
    valid_from: datetime
    valid_until: datetime
    state: BadgeState
    since: datetime
    reason: RevocationReason | None = None
    replaces: str | None = None
    version: int = 0

    @property
    def is_live(self) -> bool:
        return self.state is not BadgeState.REVOKED

    def prepared(self) -> BadgePrepared:
        """The event that tells of this badge when it is made."""
        return BadgePrepared(
            subject=self.subject,
            badge_id=self.badge_id,
            serial=self.serial,
            number=self.number,
            key_id=self.key_id,
            category=self.category,
            access=self.access,
            profile_version=self.profile_version,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            replaces=self.replaces,
        )

    def activate(self, at: datetime) -> tuple[Badge, BadgeActivated]:
        """Issued to its holder. Raises BadgeStateError unless it is prepared."""
        if self.state is not BadgeState.PREPARED:
            raise BadgeStateError(self.state.value)
        event = BadgeActivated(self.subject, self.badge_id, self.serial)
        return replace(self, state=BadgeState.ACTIVE, since=at), event

    def revoke(self, reason: RevocationReason, at: datetime) -> tuple[Badge, BadgeRevoked]:
        """Opens nothing any more. Raises BadgeStateError when that is so already."""
        if not self.is_live:
            raise BadgeStateError(self.state.value)
        event = BadgeRevoked(self.subject, self.badge_id, self.serial, reason)
        return replace(self, state=BadgeState.REVOKED, since=at, reason=reason), event


Change = tuple[tuple[Badge, ...], tuple[BadgeEvent, ...]]
"""Badges as they are after a step, in the order in which they are to be written, and the events that tell of it."""


@dataclass(frozen=True)
class Badges:
    """The live badges of one participant: at most one prepared, at most one active."""

    live: Sequence[Badge]

    @property
    def prepared(self) -> Badge | None:
        return next((badge for badge in self.live if badge.state is BadgeState.PREPARED), None)

    @property
    def active(self) -> Badge | None:
        return next((badge for badge in self.live if badge.state is BadgeState.ACTIVE), None)

    def serves(self, category: str, access: tuple[AccessGrant, ...]) -> bool:
        """Whether the newest live badge already says this; correcting a name then leaves it in force."""
        newest = self.prepared or self.active
        return newest is not None and (newest.category, newest.access) == (category, access)

    def make_way(self, at: datetime) -> Change:
        """Before another badge is prepared: one that was never activated ends at once."""
        if self.prepared is None:
            return (), ()
        ended, event = self.prepared.revoke(RevocationReason.REPLACED, at)
        return (ended,), (event,)

    def activate_prepared(self, at: datetime) -> Change:
        """The prepared badge comes into force and its predecessor ends, the ending first.

        Raises BadgeStateError when none is prepared.
        """
        if self.prepared is None:
            raise BadgeStateError(self.active.state.value if self.active else "none")
        activated, told = self.prepared.activate(at)
        if self.active is None:
            return (activated,), (told,)
        ended, revoked = self.active.revoke(RevocationReason.REPLACED, at)
        return (ended, activated), (revoked, told)

    def revoke_all(self, reason: RevocationReason, at: datetime) -> Change:
        ended = [badge.revoke(reason, at) for badge in self.live]
        return tuple(badge for badge, _ in ended), tuple(event for _, event in ended)
