"""Draw a badge as a page that can be printed and looked at."""

from __future__ import annotations

from typing import Literal, Protocol

from services.accreditation.application.ports import Badges
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.errors import BadgeEndedError, PersonErasedError, UnknownBadgeError
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference
from shared.errors import InfrastructureError
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role

Format = Literal["pdf", "png"]


class Draw(Protocol):
    async def __call__(self, badge: Badge, person: PersonalRecord, conference: Conference, format: Format) -> bytes: ...


class RenderBadge:
    def __init__(self, badges: Badges, conference: ConferenceCopy, personal_data: PersonalData, draw: Draw) -> None:
        self._badges = badges
        self._conference = conference
        self._personal_data = personal_data
        self._draw = draw

    async def __call__(self, principal: Principal, badge_id: str, *, format: Format) -> bytes:
        """The page. Raises UnknownBadgeError, BadgeEndedError, PersonErasedError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        badge = await self._badges.by_id(badge_id)
        if badge is None:
            raise UnknownBadgeError
        if badge.state is BadgeState.REVOKED:
            raise BadgeEndedError(badge.reason.value if badge.reason else "")
        conference = await self._conference.current()
        if conference is None:
            raise InfrastructureError("no conference has come yet")
        people = await self._personal_data.read([badge.participant_id], purpose=Purpose.BADGE)
        person = people[badge.participant_id]
        if not isinstance(person, PersonalRecord):
            raise PersonErasedError
        return await self._draw(badge, person, conference, format)
