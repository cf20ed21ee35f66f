"""Make the page of one badge."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.badge_face import badge_face, holder
from services.accreditation.domain.badge_layout import layout_for
from services.accreditation.domain.errors import BadgeNotFoundError, BadgeStateError, NoConferenceError
from services.accreditation.domain.layout_ports import Layouts
from services.accreditation.domain.ports import BadgePrinter, PageFormat, Views
from shared.security.personal_data import PersonalData, Purpose
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class RenderBadge:
    badge_id: str
    page_format: PageFormat


class RenderBadgeHandler:
    def __init__(self, views: Views, layouts: Layouts, personal_data: PersonalData, printer: BadgePrinter) -> None:
        self._views = views
        self._layouts = layouts
        self._personal_data = personal_data
        self._printer = printer

    async def __call__(self, principal: Principal, query: RenderBadge) -> bytes:
        """The page as bytes, made from the vault each time and kept nowhere: front and back as PDF, the front as PNG.

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
        participant_id = badge.subject.participant_id
        answers = await self._personal_data.read([participant_id], purpose=Purpose.BADGE)
        layout = layout_for(badge.category, await self._layouts.in_force())
        face = badge_face(badge, holder(answers.get(participant_id)), conference, layout)
        if query.page_format is PageFormat.PNG:
            return await self._printer.front(face)
        return await self._printer.file([face], sample=1)
