"""What session allocation's use cases need from outside: its books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from services.session_allocation.domain.allocation import Allocation, Sums
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.programme import Programme, Words
from services.session_allocation.domain.reasons import Outcome
from services.session_allocation.domain.standing import Claim, Standing

ROWS_MAX: Final = 200


@dataclass(frozen=True)
class Conference:
    """What allocation decides by, of the conference file. `preferences_close` is a local day, the last one."""

    id: str
    programme: Programme
    delegations: Mapping[str, Words]
    categories: Mapping[str, Words]
    preferences_close: date | None
    today: date


@dataclass(frozen=True)
class Preferences:
    """A delegation's wishes: its own for everybody who has none, and those of single participants."""

    delegation: str
    default: tuple[str, ...] = ()
    participants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, participant_id: str) -> tuple[str, ...]:
        return self.participants.get(participant_id, self.default)

    def claim(self, entitlement: Entitlement) -> Claim | None:
        """What a participant of the delegation claims; None who is accredited no longer."""
        if not entitlement.accredited:
            return None
        who = entitlement.participant_id
        return Claim(who, self.delegation, entitlement.category, self.of(who), frozenset(entitlement.sessions))


@dataclass(frozen=True)
class Draft:
    """A run's result, not in force. `digest` is of all that it was made from."""

    draft_id: str
    made_at: datetime
    digest: str
    people: int
    sums: tuple[Sums, ...]


@dataclass(frozen=True)
class Published:
    """The version in force. `changed` participants got other seats by it."""

    version: int
    published_at: datetime
    changed: int


class Books(Protocol):
    """The books of session allocation; bound to a transaction where something is written."""

    async def conference(self) -> Conference | None: ...

    async def claims(self) -> list[Claim]:
        """Everybody accredited, with their wishes."""
        ...

    async def claim(self, participant_id: str) -> Claim | None:
        """One participant's; None who is not accredited."""
        ...

    async def entitlements_of(self, delegation: str) -> list[Entitlement]: ...

    async def entitlement(self, participant_id: str) -> Entitlement | None: ...

    async def accredited(self) -> Sequence[Entitlement]: ...

    async def entitled_to(self, session: str, *, after: str, limit: int) -> Sequence[Entitlement]: ...

    async def save_entitlement(self, entitlement: Entitlement) -> None: ...

    async def preferences(self, delegation: str) -> Preferences: ...

    async def save_preferences(self, preferences: Preferences) -> None: ...

    async def save_draft(self, draft: Draft, allocation: Allocation) -> None:
        """Keep the draft in place of those before it that were not published."""
        ...

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def draft_outcomes(self, draft_id: str, *, after: str, limit: int) -> Sequence[Outcome]: ...

    async def published(self) -> Published | None: ...

    async def publish(self, published: Published, draft: Draft) -> None:
        """Note the version."""
        ...

    async def standing(self, participant_id: str) -> Standing | None: ...

    async def standings(self) -> Sequence[Standing]: ...

    async def standings_of(self, delegation: str) -> Sequence[Standing]: ...

    async def save_standings(self, standings: Sequence[Standing]) -> None: ...

    async def waiting_for(self, session: str) -> Sequence[Standing]:
        """Who waits for a seat in the session, first come first."""
        ...

    async def lines(self, sessions: AbstractSet[str]) -> Mapping[str, Sequence[str]]:
        """The waiting lists of these sessions: who, first come first."""
        ...

    async def wished(self, sessions: AbstractSet[str]) -> Mapping[str, int]:
        """How many of the entitled wish each of these sessions."""
        ...

    async def seated_in(self, session: str) -> Sequence[Standing]: ...

    async def counts(self, session: str) -> tuple[int, int]:
        """How many are seated and how many wait."""
        ...
