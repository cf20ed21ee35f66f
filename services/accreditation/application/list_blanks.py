"""Blanks by category and state."""

from __future__ import annotations

from collections.abc import Sequence

from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import Blank, BlankState
from shared.security.principal import Principal, Role


class ListBlanks:
    def __init__(self, views: DeskViews) -> None:
        self._views = views

    async def __call__(
        self, principal: Principal, *, category: str | None, state: BlankState | None
    ) -> Sequence[Blank]:
        """By category and number, 1,000 at most. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._views.blanks(category=category, state=state)
