"""What the issuance desk's page shows beside the badge that is being looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.card import StockReport
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import Page, Views
from services.accreditation.domain.receipt import Receipt
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ShownDesk:
    conference: ConferenceRules | None
    receipts: Page[Receipt]
    stock: Sequence[StockReport]
    blanks: Sequence[Blank]


class ShowDesk:
    def __init__(self, views: Views, desk_views: DeskViews) -> None:
        self._views = views
        self._desk_views = desk_views

    async def __call__(self, principal: Principal, *, receipts_page: int = 1) -> ShownDesk:
        """A page of receipts; an officer sees everybody's, stock and ready blanks, a focal point the own and no more.

        Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)
        conference = await self._views.conference()
        is_officer = Role.ACCREDITATION_OFFICER in principal.roles
        if not is_officer and principal.delegation_id is None:
            return ShownDesk(conference, Page([], 1, 0), (), ())
        of_delegation = None if is_officer else principal.delegation_id
        receipts = await self._desk_views.receipts(delegation=of_delegation, page=receipts_page)
        if not is_officer:
            return ShownDesk(conference, receipts, (), ())
        stock = await self._desk_views.stock_reports()
        blanks = await self._desk_views.blanks(category=None, state=BlankState.READY)
        return ShownDesk(conference, receipts, stock, blanks)
