"""A participant as registration keeps it: references, states and keyed fingerprints, no personal value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from shared.errors import ConflictError


class State(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class BadgeStatus(StrEnum):
    NONE = "none"
    PREPARED = "prepared"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(eq=False)
class AlreadyWithdrawnError(ConflictError):
    code: ClassVar[str] = "registration.already_withdrawn"


@dataclass(frozen=True)
class Submitted:
    """Domain event: a participant was submitted."""

    participant: Participant


@dataclass(frozen=True)
class Corrected:
    """Domain event: fields of a submitted participant changed."""

    participant: Participant
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Withdrawn:
    """Domain event: the participant will not come."""

    participant: Participant


@dataclass(frozen=True)
class Participant:
    """`identity` and `fingerprints` are keyed: they say whether something is the same, never what it is.

    `revision` counts what was submitted; `version` counts changes of this record, for optimistic writing.
    """

    participant_id: str
    conference_id: str
    delegation: str
    category: str
    identity: str
    fingerprints: Mapping[str, str]
    state: State = State.SUBMITTED
    badge: BadgeStatus = BadgeStatus.NONE
    revision: int = 1
    version: int = 1

    @property
    def has_photo(self) -> bool:
        return "photo" in self.fingerprints

    @property
    def holds_place(self) -> bool:
        return self.state not in (State.WITHDRAWN, State.REJECTED)

    def changed_fields(self, category: str, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        """Which fields differ in what is submitted now, by name."""
        names = sorted(set(self.fingerprints) | set(fingerprints))
        changed = [name for name in names if self.fingerprints.get(name) != fingerprints.get(name)]
        return tuple(["category"] * (category != self.category) + changed)

    def corrected(self, category: str, fingerprints: Mapping[str, str]) -> Participant:
        """As submitted again with these contents."""
        return replace(
            self,
            category=category,
            fingerprints=dict(fingerprints),
            state=State.SUBMITTED,
            revision=self.revision + 1,
            version=self.version + 1,
        )

    def withdrawn(self) -> Participant:
        """Raises AlreadyWithdrawnError."""
        if self.state is State.WITHDRAWN:
            raise AlreadyWithdrawnError
        return replace(self, state=State.WITHDRAWN, version=self.version + 1)

    def follows(self, *, state: State | None = None, badge: BadgeStatus | None = None) -> Participant:
        """As accreditation tells. Who is withdrawn stays so, whatever was decided meanwhile."""
        kept = self.state if self.state is State.WITHDRAWN or state is None else state
        return replace(self, state=kept, badge=badge or self.badge, version=self.version + 1)
