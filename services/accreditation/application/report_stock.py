"""Where the numbered cards are, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence

from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.card import StockReport
from shared.security.principal import Principal, Role


class ReportStock:
    def __init__(self, views: DeskViews) -> None:
        self._views = views

    async def __call__(self, principal: Principal) -> Sequence[StockReport]:
        """Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        return await self._views.stock_reports()
