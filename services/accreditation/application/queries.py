"""What officers look at: the queue, a dossier, badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from services.accreditation.application.ports import Badges, Dossiers
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.errors import UnknownDossierError
from shared.security.personal_data import Answer, PersonalData, Purpose
from shared.security.principal import Principal, Role

PAGE_MAX: Final = 200
READERS: Final = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)


class ListQueue:
    def __init__(self, dossiers: Dossiers, personal_data: PersonalData) -> None:
        self._dossiers = dossiers
        self._personal_data = personal_data

    async def __call__(self, principal: Principal, *, delegation: str = "", page: int = 0) -> list[Dossier]:
        """Dossiers that wait for a decision: those with a check that asks for attention first, then by delegation."""
        principal.require(*READERS)
        return await self._dossiers.queue(delegation=delegation, limit=PAGE_MAX, skip=page * PAGE_MAX)

    async def people(self, principal: Principal, dossiers: Sequence[Dossier]) -> Mapping[str, Answer]:
        """Who they are, for the page that an officer reviews."""
        principal.require(Role.ACCREDITATION_OFFICER)
        ids = [dossier.participant_id for dossier in dossiers]
        return await self._personal_data.read(ids, purpose=Purpose.REVIEW) if ids else {}


class GetDossier:
    def __init__(self, dossiers: Dossiers) -> None:
        self._dossiers = dossiers

    async def __call__(self, principal: Principal, participant_id: str) -> Dossier:
        """Raises UnknownDossierError."""
        principal.require(*READERS)
        dossier = await self._dossiers.by_id(participant_id)
        if dossier is None:
            raise UnknownDossierError
        return dossier


class ListBadges:
    def __init__(self, badges: Badges) -> None:
        self._badges = badges

    async def __call__(self, principal: Principal, *, delegation: str, state: str, after: str) -> Sequence[Badge]:
        """A page of badges by id; empty filters want all."""
        principal.require(*READERS)
        return await self._badges.listed(delegation=delegation, state=state, after=after, limit=PAGE_MAX)
