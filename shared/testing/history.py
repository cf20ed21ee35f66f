"""A recorded history: the facts of one run in the order in which they became true, for `invariants` to judge.

A recorder writes a fact down only when it is known: an answer when the caller has it, an event when it is committed, an
effect when it is durable. A stream's facts are in its order; between streams the order is the recorder's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.accreditation import BadgeActivated, BadgeResumed, BadgeRevoked, BadgeSuspended
from shared.contracts.entrance import Decision, ScanRecorded
from shared.contracts.event import IntegrationEvent
from shared.contracts.sequence import Place


class Answer(StrEnum):
    """What the caller of a command was told; UNKNOWN when the answer was lost: it may have happened, once."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answered:
    """A call's answer. A command that is called again with its key is answered again; `events` is how many it tells."""

    command_id: str
    answer: Answer
    events: int = 1


@dataclass(frozen=True)
class Committed:
    """An event is in the outbox, for ever, at its place in its stream; `command_id` is its cause.

    `predecessor` is what the first event of an epoch names.
    """

    topic: str
    key: str
    sequence: int
    event_id: str
    command_id: str | None = None
    predecessor: int | None = None

    @property
    def place(self) -> Place:
        return Place(self.sequence, self.predecessor)


@dataclass(frozen=True)
class Applied:
    """A consumer group's effect of an event is durable."""

    group: str
    topic: str
    key: str
    sequence: int
    event_id: str


@dataclass(frozen=True)
class Poisoned:
    """The event was made so that this group cannot apply it."""

    group: str
    event_id: str


@dataclass(frozen=True)
class DeadLettered:
    """A group sent the event to its dead-letter topic."""

    group: str
    event_id: str


@dataclass(frozen=True)
class Places:
    """A quota or a session after a commit. `asked` is everybody who ever asked for a place."""

    of: str
    capacity: int
    allocated: int
    waiting: int
    released: int
    asked: int


@dataclass(frozen=True)
class Activated:
    participant: str
    badge: str


@dataclass(frozen=True)
class Ended:
    """The badge is active no more."""

    participant: str
    badge: str


@dataclass(frozen=True)
class RevocationSeen:
    """From here on the gate knows that the badge is revoked."""

    gate: str
    badge: str


@dataclass(frozen=True)
class Admitted:
    gate: str
    badge: str


@dataclass(frozen=True)
class Scanned:
    """A guard's device has shown a decision for its scan of that number."""

    device: str
    sequence: int


@dataclass(frozen=True)
class ScanKept:
    """The log has the scan."""

    device: str
    sequence: int


@dataclass(frozen=True)
class Folded:
    """A read model's digest after a whole log, merged in some order; `log` names the log."""

    model: str
    log: str
    order: str
    digest: str


Fact = (
    Answered
    | Committed
    | Applied
    | Poisoned
    | DeadLettered
    | Places
    | Activated
    | Ended
    | RevocationSeen
    | Admitted
    | Scanned
    | ScanKept
    | Folded
)
History = tuple[Fact, ...]


def facts_of_events(events: Iterable[IntegrationEvent]) -> History:
    """What a log of integration events says of badges and scans, in the log's order."""
    facts: list[Fact] = []
    for event in events:
        if isinstance(event, BadgeActivated | BadgeResumed):
            facts.append(Activated(event.participant_id, event.badge_id))
        elif isinstance(event, BadgeRevoked | BadgeSuspended):
            facts.append(Ended(event.participant_id, event.badge_id))
        elif isinstance(event, ScanRecorded):
            facts.append(ScanKept(event.device, event.device_sequence))
            if event.decision is Decision.ADMIT and event.badge_id is not None:
                facts.append(Admitted(event.gate, event.badge_id))
    return tuple(facts)
