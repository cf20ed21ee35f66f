"""What the entrance's use cases need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.entrance.domain.access_decision import AccessDecision, Direction, GateRules, Passage
from services.entrance.domain.badge import Badge
from services.entrance.domain.token import Token


@dataclass(frozen=True)
class GateView:
    """A gate of a conference as a guard chooses it; names by language."""

    conference_id: str
    code: str
    zone: str
    reads_exits: bool
    name: Mapping[str, str]


@dataclass(frozen=True)
class Bearer:
    """Whose badge was scanned, as references."""

    participant_id: str
    delegation: str
    category: str
    number: str
    badge_id: str

    @classmethod
    def of(cls, badge: Badge) -> Bearer:
        return cls(badge.participant_id, badge.delegation, badge.category, badge.number, badge.badge_id)


@dataclass(frozen=True)
class ScanEntry:
    """A scan as it is written: whose (if known), where, what was decided, and the last passage after it."""

    scan_id: str
    conference_id: str
    key: str
    gate: str
    zone: str
    direction: Direction
    device: str
    device_sequence: int
    fingerprint: str
    at: datetime
    decision: AccessDecision
    bearer: Bearer | None
    passage: Passage | None
    face_checked: bool = False
    accompanied: bool = False
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogState:
    """Where the log of one key stands: the last sequence and the last passage."""

    sequence: int
    passage: Passage | None


class ScanLog(Protocol):
    async def state(self, key: str, *, fresh: bool) -> LogState: ...

    async def append(self, entry: ScanEntry, *, sequence: int, correlation_id: str, actor: str) -> bool:
        """Durable when it answers True; False when another process wrote to this key first."""
        ...

    async def by_device(self, device: str, device_sequence: int) -> ScanEntry | None: ...

    async def recent(self, gate: str, *, limit: int) -> list[ScanEntry]: ...

    async def inside(self, *, since: datetime) -> Mapping[str, int]: ...


class Badges(Protocol):
    async def by_id(self, badge_id: str) -> Badge | None: ...

    async def by_number(self, number: str) -> Badge | None: ...

    async def of_people(self, participant_ids: Sequence[str]) -> list[Badge]:
        """Each one's badge that may still open something, in the order asked; without it who has none."""
        ...


class Tokens(Protocol):
    async def by_number(self, kind: str, number: int) -> Token | None: ...


class Statuses(Protocol):
    """The signed status list, as far as it has come."""

    def by_list(self, badge: Badge) -> Badge:
        """The badge in the state that the freshest of list and events gives it."""
        ...


@dataclass(frozen=True)
class Names:
    """What delegations and categories are called in one language, by code."""

    delegations: Mapping[str, str]
    categories: Mapping[str, str]


class Reference(Protocol):
    """The conference's gates and the keys that verify credentials, as far as events have brought them."""

    async def gates(self) -> list[GateView]: ...

    async def gate(self, code: str) -> tuple[GateView, GateRules]:
        """Raises NoConferenceError, UnknownGateError."""
        ...

    async def names(self, language: str) -> Names: ...

    async def verify(self, text: str) -> str:
        """The badge id of a credential that holds. Raises the credential's own refusal."""
        ...
