"""What the issuance desk's page shows beside the badge that is being looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.card import StockReport
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import Views
from services.accreditation.domain.receipt import Receipt
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ShownDesk:
    conference: ConferenceRules | None
    receipts: Sequence[Receipt]
    stock: Sequence[StockReport]
    blanks: Sequence[Blank]


class ShowDesk:
    def __init__(self, views: Views, desk_views: DeskViews) -> None:
        self._views = views
        self._desk_views = desk_views

    async def __call__(self, principal: Principal) -> ShownDesk:
        """An officer sees all receipts, stock and ready blanks; a focal point the own receipts and nothing else.

        Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)
        conference = await self._views.conference()
        is_officer = Role.ACCREDITATION_OFFICER in principal.roles
        if not is_officer and principal.delegation_id is None:
            return ShownDesk(conference, (), (), ())
        receipts = await self._desk_views.receipts(delegation=None if is_officer else principal.delegation_id, page=1)
        if not is_officer:
            return ShownDesk(conference, receipts.rows, (), ())
        stock = await self._desk_views.stock_reports()
        blanks = await self._desk_views.blanks(category=None, state=BlankState.READY)
        return ShownDesk(conference, receipts.rows, stock, blanks)
