"""A badge as the gates know it: folded from accreditation's events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum


class BadgeState(StrEnum):
    PREPARED = "prepared"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    REPLACED = "replaced"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        return self in (BadgeState.WITHDRAWN, BadgeState.LOST, BadgeState.REPLACED, BadgeState.REJECTED)


@dataclass(frozen=True)
class Access:
    """A zone, on days counted from the first, within local time; `closes` 00:00 is midnight.

    `only_with` is the category of the escort without whom it opens nothing.
    """

    zone: str
    days: tuple[int, ...]
    opens: time
    closes: time
    only_with: str | None = None

    def covers(self, at: time) -> bool:
        """Whether the window holds at this local time; one that closes before it opens passes midnight."""
        if self.closes == time(0, 0):
            return at >= self.opens
        if self.opens < self.closes:
            return self.opens <= at < self.closes
        return at >= self.opens or at < self.closes


@dataclass(frozen=True)
class Badge:
    """`state_at` is when accreditation told of the state, by its clock."""

    badge_id: str
    participant_id: str
    delegation: str
    category: str
    serial: int
    number: str
    access: tuple[Access, ...]
    state: BadgeState
    valid_from: datetime
    valid_until: datetime
    profile_version: int = 1
    state_at: datetime | None = None

    def opens(self, access: tuple[Access, ...], profile_version: int) -> Badge:
        """Another access from now on; an older profile that comes late changes nothing."""
        if profile_version <= self.profile_version:
            return self
        return replace(self, access=access, profile_version=profile_version)

    def becomes(self, state: BadgeState, at: datetime) -> Badge:
        """In that state since then; a final state stays final, whatever comes late."""
        return self if self.state.is_final else replace(self, state=state, state_at=at)
