"""Receipts: an officer sees all, a focal point those of the own delegation."""

from __future__ import annotations

from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.ports import Page
from services.accreditation.domain.receipt import Receipt
from shared.security.principal import Principal, Role


class ListReceipts:
    def __init__(self, views: DeskViews) -> None:
        self._views = views

    async def __call__(self, principal: Principal, *, delegation: str | None, page: int) -> Page[Receipt]:
        """The newest first. Raises RoleRequiredError, NotFoundError for another's delegation."""
        if delegation is None:
            principal.require(Role.ACCREDITATION_OFFICER)
        else:
            principal.require(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)
            principal.require_delegation(delegation)
        return await self._views.receipts(delegation=delegation, page=page)
