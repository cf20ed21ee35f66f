"""Badges by delegation and state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.ports import Page, Views
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class ListedBadges:
    """A page of badges; `at` is when they were looked at."""

    page: Page[Badge]
    at: datetime


class ListBadges:
    def __init__(self, views: Views, world: World) -> None:
        self._views = views
        self._world = world

    async def __call__(
        self,
        principal: Principal,
        *,
        delegation: str | None,
        state: BadgeState | None,
        page: int,
        unprinted: bool = False,
    ) -> ListedBadges:
        """A page of 50, by delegation and number; `unprinted` narrows it to those that were never printed.

        Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        found = await self._views.badges(delegation=delegation, state=state, page=page, unprinted=unprinted)
        return ListedBadges(found, self._world.now())
