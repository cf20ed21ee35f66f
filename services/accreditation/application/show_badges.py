"""Badges as a page shows them: with names, for as long as the page is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.badge_errors import BadgeNotFoundError
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import Page, Views
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class ShownBadges:
    """A page of badges; `names` lacks those whom the vault knows no more; `at` is when."""

    page: Page[Badge]
    names: Mapping[str, PersonalRecord]
    conference: ConferenceRules | None
    at: datetime


class ShowBadges:
    """Each read of personal data is audited by the vault."""

    def __init__(self, views: Views, personal_data: PersonalData, world: World) -> None:
        self._views = views
        self._personal_data = personal_data
        self._world = world

    async def __call__(
        self,
        principal: Principal,
        *,
        delegation: str | None,
        page: int,
        state: BadgeState | None = None,
        unprinted: bool = False,
    ) -> ShownBadges:
        """All of them, or those in a state, or those never printed, for officers. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        found = await self._views.badges(delegation=delegation, state=state, page=page, unprinted=unprinted)
        return await self._named(found, Purpose.REVIEW)

    async def in_hands(self, principal: Principal, *, page: int) -> ShownBadges:
        """The active badges of a focal point's own delegation. Raises RoleRequiredError, BadgeNotFoundError."""
        principal.require(Role.FOCAL_POINT)
        if principal.delegation_id is None:
            raise BadgeNotFoundError
        found = await self._views.badges(delegation=principal.delegation_id, state=BadgeState.ACTIVE, page=page)
        return await self._named(found, Purpose.BADGE)

    async def _named(self, found: Page[Badge], purpose: Purpose) -> ShownBadges:
        ids = list(dict.fromkeys(badge.subject.participant_id for badge in found.rows))
        answers = await self._personal_data.read(ids, purpose=purpose) if ids else {}
        names = {who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)}
        return ShownBadges(found, names, await self._views.conference(), self._world.now())
