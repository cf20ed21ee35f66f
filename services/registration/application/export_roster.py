"""Give a delegation its roster as a file: everything that it wrote itself, photos apart, and where everybody stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.registration.application.list_parts import ListParts
from services.registration.application.show_list import ShowList
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.standing import Standing
from shared.security.personal_data import FIELDS, PersonalRecord
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ExportedPerson:
    standing: Standing
    record: PersonalRecord


class ExportRoster:
    def __init__(self, parts: ListParts, show: ShowList) -> None:
        self._parts = parts
        self._show = show

    async def __call__(self, principal: Principal, delegation: str) -> Sequence[ExportedPerson]:
        """Everybody, drafts and who is gone too, by precedence. Raises UnknownDelegationError."""
        principal.require(Role.FOCAL_POINT)
        standings = await self._show.standings(principal, delegation)
        ids = [each.participant.participant_id for each in standings]
        known = await self._parts.vault.read(ids, [each for each in FIELDS if each != PHOTO])
        return [
            ExportedPerson(each, known.get(each.participant.participant_id, PersonalRecord())) for each in standings
        ]
