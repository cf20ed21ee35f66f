"""Make the page of a badge, for print."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.errors import (
    BadgeNotFoundError,
    BadgeStateError,
    NoConferenceError,
    PersonErasedError,
    PersonUnknownError,
)
from services.accreditation.domain.ports import BadgeFace, BadgePrinter, PageFormat, Views
from shared.security.personal_data import Erased, PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class RenderBadge:
    badge_id: str
    page_format: PageFormat


class RenderBadgeHandler:
    def __init__(self, views: Views, personal_data: PersonalData, printer: BadgePrinter) -> None:
        self._views = views
        self._personal_data = personal_data
        self._printer = printer

    async def __call__(self, principal: Principal, query: RenderBadge) -> bytes:
        """The page as bytes, made from the vault each time and kept nowhere.

        Raises RoleRequiredError, BadgeNotFoundError, BadgeStateError for a revoked badge, PersonErasedError,
        PersonUnknownError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        badge = await self._views.badge(query.badge_id)
        if badge is None:
            raise BadgeNotFoundError
        if not badge.is_live:
            raise BadgeStateError(badge.state.value)
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        person = await self._holder(badge)
        return await self._printer.page(_face(badge, person, conference), query.page_format)

    async def _holder(self, badge: Badge) -> PersonalRecord:
        participant_id = badge.subject.participant_id
        answer = (await self._personal_data.read([participant_id], purpose=Purpose.BADGE)).get(participant_id)
        if isinstance(answer, Erased):
            raise PersonErasedError
        if not isinstance(answer, PersonalRecord):
            raise PersonUnknownError
        return answer


def _face(badge: Badge, person: PersonalRecord, conference: ConferenceRules) -> BadgeFace:
    category = conference.category(badge.category)
    code = badge.subject.delegation
    delegation = conference.delegations.get(code)
    zones = dict.fromkeys(grant.zone for grant in badge.access)
    return BadgeFace(
        conference=conference.name,
        motto=conference.motto,
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        rank=person.rank,
        title=person.title,
        delegation=delegation.name if delegation else dict.fromkeys(("ar", "fr", "en"), code),
        category=category.name,
        category_index=category.index,
        colour=category.colour,
        zones=tuple(conference.zones[zone] for zone in zones if zone in conference.zones),
        number=badge.number,
        photo=person.photo if category.photo_printed else None,
        credential=badge.credential,
    )
