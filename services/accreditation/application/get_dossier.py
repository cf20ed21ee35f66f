"""One participant's dossier with the badges that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierNotFoundError
from services.accreditation.domain.ports import Views
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class DossierView:
    """`badges` has the newest first; `at` is when they were looked at."""

    dossier: Dossier
    badges: Sequence[Badge]
    at: datetime


class GetDossier:
    def __init__(self, views: Views, world: World) -> None:
        self._views = views
        self._world = world

    async def __call__(self, principal: Principal, participant_id: str) -> DossierView:
        """Raises RoleRequiredError, DossierNotFoundError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        dossier = await self._views.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        return DossierView(dossier, await self._views.badges_of(participant_id), self._world.now())
