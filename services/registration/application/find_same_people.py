"""Who else may this person be? Over all delegations for the accreditation side, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.registration.domain.errors import UnknownParticipantError
from services.registration.domain.participant import GONE, Participant, State
from services.registration.domain.ports import Participants
from services.registration.vault.people_index import PeopleIndex
from services.registration.vault.store import Vault
from shared.names import Hit
from shared.security.principal import Principal, Role
from shared.security.same_people import SamePerson
from shared.world import World

ASKERS: Final = (Role.ACCREDITATION_OFFICER, Role.SERVICE)


@dataclass(frozen=True)
class FindSamePeople:
    participants: Participants
    vault: Vault
    index: PeopleIndex
    world: World

    async def __call__(self, principal: Principal, participant_id: str) -> Sequence[SamePerson]:
        """Those who may be the same, the surest first. Somebody withdrawn counts no more, somebody rejected does.

        Raises RoleRequiredError for a focal point, whoever is asked about; UnknownParticipantError.
        """
        principal.require(*ASKERS)
        asked = await self.participants.by_id(participant_id)
        if asked is None or asked.state is State.DRAFT:
            raise UnknownParticipantError
        by_document = set(await self.vault.with_document_of(participant_id))
        hits = {hit.entry_id: hit for hit in await self.index.like(participant_id, self.world.now())}
        others = await self.participants.by_ids(sorted(by_document | set(hits)))
        found = [
            SamePerson(
                participant_id=other.participant_id,
                delegation=other.delegation,
                by_document=other.participant_id in by_document,
                score=hits[other.participant_id].score if other.participant_id in hits else 0.0,
                evidence=_evidence(hits.get(other.participant_id)),
            )
            for other in others.values()
            if _counts(other)
        ]
        return sorted(found, key=lambda each: (not each.by_document, -each.score, each.participant_id))


def _counts(other: Participant) -> bool:
    return other.state not in GONE and other.state is not State.DRAFT


def _evidence(hit: Hit | None) -> tuple[str, ...]:
    return tuple(each.value for each in hit.evidence) if hit is not None else ()
