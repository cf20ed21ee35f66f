"""With whom somebody seems to be registered twice, for an officer to compare; delegations never learn of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.accreditation.application.show_queue import NamedDossier, named
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_ports import DossierViews
from shared.errors import InfrastructureError
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.same_people import SamePeople, SamePerson

SHOWN_MAX: Final = 50


@dataclass(frozen=True)
class Double:
    """Somebody with a dossier who may be the same person, and why."""

    same: SamePerson
    named: NamedDossier


class FindDoubles:
    def __init__(self, same_people: SamePeople, dossiers: DossierViews, personal_data: PersonalData) -> None:
        self._same_people = same_people
        self._dossiers = dossiers
        self._personal_data = personal_data

    async def __call__(self, participant_id: str, conference: ConferenceRules | None) -> Sequence[Double] | None:
        """As they are now, over all delegations, the surest first, 50 at most; None while registration is away.

        Each read of personal data is audited by the vault. Raises InfrastructureError when the vault is away.
        """
        try:
            same = list(await self._same_people.of(participant_id))[:SHOWN_MAX]
        except InfrastructureError:
            return None
        ids = [each.participant_id for each in same]
        if not ids:
            return ()
        dossiers = await self._dossiers.dossiers(ids)
        people = await self._personal_data.read(ids, purpose=Purpose.REVIEW)
        doubles = []
        for each in same:
            if (dossier := dossiers.get(each.participant_id)) is not None:
                answer = people.get(each.participant_id)
                person = answer if isinstance(answer, PersonalRecord) else None
                doubles.append(Double(each, named(dossier, person, conference)))
        return doubles
