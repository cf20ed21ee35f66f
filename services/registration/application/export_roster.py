"""Give a delegation its roster as a file: everything that it wrote itself, photos apart, and where everybody stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from services.registration.application.list_parts import ListParts
from services.registration.application.show_roster import ShowRoster
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.standing import Standing
from shared.security.personal_data import FIELDS, PersonalRecord
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ExportedPerson:
    standing: Standing
    record: PersonalRecord


class ExportRoster:
    def __init__(self, parts: ListParts, roster: ShowRoster) -> None:
        self._parts = parts
        self._roster = roster

    async def __call__(self, principal: Principal, delegation: str) -> AsyncIterator[Sequence[ExportedPerson]]:
        """Everybody by precedence, drafts and who is gone too, some hundred at a time.

        Raises UnknownDelegationError.
        """
        principal.require(Role.FOCAL_POINT)
        async for standings in self._roster.everybody(principal, delegation):
            ids = [each.participant.participant_id for each in standings]
            known = await self._parts.vault.read(ids, [each for each in FIELDS if each != PHOTO])
            yield [
                ExportedPerson(each, known.get(each.participant.participant_id, PersonalRecord())) for each in standings
            ]
