"""The face of one badge, for whoever may have what carries its credential: a page, a pass of a wallet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.accreditation.application.badge_face import badge_face, holder
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_errors import BadgeNotFoundError, BadgeStateError
from services.accreditation.domain.badge_layout import layout_for
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.layout_ports import Layouts
from services.accreditation.domain.ports import BadgeFace, Views
from shared.security.personal_data import PersonalData, Purpose
from shared.security.principal import Principal, Role

_OFFICE: Final = frozenset({Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class FacedBadge:
    badge: Badge
    face: BadgeFace
    conference: ConferenceRules


class FaceBadge:
    """Put together from the vault each time and kept nowhere."""

    def __init__(self, views: Views, layouts: Layouts, personal_data: PersonalData) -> None:
        self._views = views
        self._layouts = layouts
        self._personal_data = personal_data

    async def __call__(self, principal: Principal, badge_id: str, *, leaves_office: bool) -> FacedBadge:
        """The office has every live badge. What leaves it, and all that a focal point gets, is of an active one.

        Raises BadgeNotFoundError, for another delegation's badge too, BadgeStateError, NoConferenceError,
        PersonErasedError, PersonUnknownError.
        """
        badge = await self._views.badge(badge_id)
        is_office = not principal.roles.isdisjoint(_OFFICE)
        if badge is None or not (is_office or badge.subject.delegation == principal.delegation_id):
            raise BadgeNotFoundError
        if not (badge.is_in_hands or (badge.is_live and is_office and not leaves_office)):
            raise BadgeStateError(badge.state.value)
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        participant_id = badge.subject.participant_id
        answers = await self._personal_data.read([participant_id], purpose=Purpose.BADGE)
        layout = layout_for(badge.category, await self._layouts.in_force())
        return FacedBadge(badge, badge_face(badge, holder(answers.get(participant_id)), conference, layout), conference)
