"""Badges by delegation and state."""

from __future__ import annotations

from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.ports import Page, Views
from shared.security.principal import Principal, Role


class ListBadges:
    def __init__(self, views: Views) -> None:
        self._views = views

    async def __call__(
        self,
        principal: Principal,
        *,
        delegation: str | None,
        state: BadgeState | None,
        page: int,
        unprinted: bool = False,
    ) -> Page[Badge]:
        """A page of 50, by delegation and number; `unprinted` narrows it to those that were never printed.

        Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        return await self._views.badges(delegation=delegation, state=state, page=page, unprinted=unprinted)
