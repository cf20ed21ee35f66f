"""What accreditation's use cases need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.dossier import Dossier
from shared.messaging.unit_of_work import Transaction


class Dossiers(Protocol):
    async def by_id(self, participant_id: str, tx: Transaction | None = None) -> Dossier | None: ...

    async def save(self, tx: Transaction, dossier: Dossier) -> None:
        """New when its version is 1, else the next version of the stored one. Raises InfrastructureError on a race."""
        ...

    async def queue(self, *, delegation: str, limit: int, skip: int) -> list[Dossier]: ...


class Badges(Protocol):
    async def by_id(self, badge_id: str, tx: Transaction | None = None) -> Badge | None: ...

    async def of_participant(self, tx: Transaction, participant_id: str) -> list[Badge]:
        """The participant's badges that are not over, newest first."""
        ...

    async def save(self, tx: Transaction, badge: Badge) -> None: ...

    async def next_number(self, tx: Transaction) -> int:
        """How many serials were given out before."""
        ...

    async def listed(self, *, delegation: str, state: str, after: str, limit: int) -> Sequence[Badge]: ...
