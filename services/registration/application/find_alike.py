"""Who of a delegation's own list sounds like this person? A warning to its focal points, who see nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.registration.domain.participant import GONE, Participant
from services.registration.domain.ports import Participants
from services.registration.vault.people_index import PeopleIndex
from shared.world import World

SHOWN_MAX: Final = 5


@dataclass(frozen=True)
class FindAlike:
    participants: Participants
    index: PeopleIndex
    world: World

    async def __call__(self, participant: Participant) -> tuple[str, ...]:
        """Of the same delegation alone, drafts too, the surest first; who is gone is nobody's double."""
        hits = await self.index.like(participant.participant_id, self.world.now())
        others = await self.participants.by_ids([hit.entry_id for hit in hits])
        alike = [
            hit.entry_id
            for hit in sorted(hits, key=lambda hit: (-hit.score, hit.entry_id))
            if hit.entry_id in others
            and others[hit.entry_id].delegation == participant.delegation
            and others[hit.entry_id].state not in GONE
        ]
        return tuple(alike[:SHOWN_MAX])
