"""Where permit requests are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.accreditation.domain.permit_request import PermitRequest, PermitRequestState
from services.accreditation.domain.ports import Page


class PermitRequests(Protocol):
    """Bound to one transaction."""

    async def one(self, request_id: str) -> PermitRequest | None: ...

    async def of_bearer(self, participant_id: str) -> Sequence[PermitRequest]:
        """100 at most."""
        ...

    async def save(self, request: PermitRequest) -> None:
        """Raises BusyError when another writer was faster."""
        ...


class PermitViews(Protocol):
    async def one(self, request_id: str) -> PermitRequest | None: ...

    async def listed(
        self, *, delegation: str | None, state: PermitRequestState | None, page: int
    ) -> Page[PermitRequest]:
        """The longest waiting first."""
        ...

    async def of_bearer(self, participant_id: str) -> Sequence[PermitRequest]:
        """The newest first, 100 at most."""
        ...
