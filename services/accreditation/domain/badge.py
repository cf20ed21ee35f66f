"""A badge: prepared, then active, then over. One active badge a participant at most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.access import Grant
from services.accreditation.domain.errors import BadgeEndedError


class BadgeState(StrEnum):
    PREPARED = "prepared"
    ACTIVE = "active"
    REVOKED = "revoked"


class Reason(StrEnum):
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    REPLACED = "replaced"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Prepared:
    """Domain event: signed, opens nothing yet."""

    badge: Badge


@dataclass(frozen=True)
class Activated:
    """Domain event: in its holder's hands."""

    badge: Badge


@dataclass(frozen=True)
class Revoked:
    """Domain event: over."""

    badge: Badge
    reason: Reason


@dataclass(frozen=True)
class Badge:
    """`credential` is the signed text that the symbol carries; `version` counts changes, for optimistic writing."""

    badge_id: str
    participant_id: str
    conference_id: str
    delegation: str
    category: str
    serial: int
    number: str
    key_id: str
    credential: str
    access: tuple[Grant, ...]
    valid_from: datetime
    valid_until: datetime
    profile_version: int = 1
    state: BadgeState = BadgeState.PREPARED
    reason: Reason | None = None
    replaces: str | None = None
    version: int = 1

    def activated(self) -> tuple[Badge, Activated] | None:
        """In the holder's hands now; None when it was already. Raises BadgeEndedError."""
        if self.state is BadgeState.REVOKED:
            raise BadgeEndedError(self.reason.value if self.reason else "")
        if self.state is BadgeState.ACTIVE:
            return None
        active = replace(self, state=BadgeState.ACTIVE, version=self.version + 1)
        return active, Activated(active)

    def revoked(self, reason: Reason) -> tuple[Badge, Revoked] | None:
        """Over for this reason; None when it is over already."""
        if self.state is BadgeState.REVOKED:
            return None
        over = replace(self, state=BadgeState.REVOKED, reason=reason, version=self.version + 1)
        return over, Revoked(over, reason)
