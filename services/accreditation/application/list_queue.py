"""The dossiers that wait for an officer."""

from __future__ import annotations

from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.ports import Page, Views
from shared.security.principal import Principal, Role


class ListQueue:
    def __init__(self, views: Views) -> None:
        self._views = views

    async def __call__(self, principal: Principal, *, delegation: str | None, page: int) -> Page[Dossier]:
        """A page of 50: dossiers with findings first, then the longest waiting, by delegation.

        Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        return await self._views.queue(delegation=delegation, page=page)
