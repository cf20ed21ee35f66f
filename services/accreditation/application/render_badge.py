"""Make the page of one badge."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.count_prints import CountPrints
from services.accreditation.application.face_badge import FaceBadge
from services.accreditation.domain.ports import BadgePrinter, PageFormat
from shared.messaging.cause import Cause
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class RenderBadge:
    badge_id: str
    page_format: PageFormat


class RenderBadgeHandler:
    def __init__(self, faced: FaceBadge, printer: BadgePrinter, count_prints: CountPrints) -> None:
        self._faced = faced
        self._printer = printer
        self._count_prints = count_prints

    async def __call__(self, principal: Principal, query: RenderBadge, cause: Cause) -> bytes:
        """The page as bytes, made from the vault each time and kept nowhere: front and back as PDF, the front as PNG.

        The PDF is counted as a print. The office has any live badge's, a focal point those of the own delegation that
        are active.

        Raises RoleRequiredError, BadgeNotFoundError, BadgeStateError, PersonErasedError, PersonUnknownError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.FOCAL_POINT)
        face = (await self._faced(principal, query.badge_id, leaves_office=False)).face
        if query.page_format is PageFormat.PNG:
            return await self._printer.front(face)
        content = await self._printer.file([face], sample=1)
        await self._count_prints(principal, query.badge_id, [query.badge_id], cause)
        return content
