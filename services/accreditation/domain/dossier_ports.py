"""What the work on dossiers needs from outside, beside the dossiers themselves: claims, steps, and what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.accreditation.domain.claim import Claim
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.ports import Page
from services.accreditation.domain.step import Step


class DossierBooks(Protocol):
    """Bound to one transaction."""

    async def claim(self, participant_id: str) -> Claim | None: ...

    async def save_claim(self, claim: Claim) -> None: ...

    async def end_claim(self, participant_id: str) -> None: ...

    async def note(self, step: Step) -> None: ...


@dataclass(frozen=True)
class Urgent:
    """How many dossiers wait whose time comes near, of one officer's own, and whose time is over, of everybody's.

    `with_authority` wait for the outside authority instead, `authority_overdue` of them past their time.
    """

    own_due_soon: int
    overdue: int
    with_authority: int
    authority_overdue: int


@dataclass(frozen=True)
class ScreeningPlace:
    """Where somebody stands among those who wait for the authority: nobody behind is passed over when others leave."""

    due: datetime
    participant_id: str

    @classmethod
    def of(cls, dossier: Dossier) -> ScreeningPlace | None:
        return cls(dossier.limit.due, dossier.participant_id) if dossier.limit is not None else None


class DossierViews(Protocol):
    """Reads outside any transaction."""

    async def dossiers(self, participant_ids: Sequence[str]) -> Mapping[str, Dossier]:
        """Those that are there, 500 at most."""
        ...

    async def claims(self, participant_ids: Sequence[str]) -> Mapping[str, Claim]:
        """The claims on them that are there, whether they hold or not."""
        ...

    async def steps(self, participant_id: str) -> Sequence[Step]:
        """In the order in which they were taken, the last 100."""
        ...

    async def to_wake(self, at: datetime, *, limit: int) -> Sequence[str]:
        """Whose dossiers are to be looked at because of the time."""
        ...

    async def urgent(self, person_id: str) -> Urgent: ...

    async def next_in_queue(self, *, delegation: str | None, after: Dossier | None) -> Dossier | None:
        """The dossier that follows in the queue's order, the first one after None."""
        ...

    async def in_screening(
        self, *, page: int, delegation: str | None = None, after: ScreeningPlace | None = None
    ) -> Page[Dossier]:
        """Dossiers that wait for the outside authority, those due first; with `after` those behind that place."""
        ...
