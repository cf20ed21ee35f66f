"""Who of a delegation's own list sounds like this person? A warning to its focal points, who see nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.registration.domain.participant import Participant
from services.registration.domain.ports import Rosters
from services.registration.domain.roster_query import possible_doubles
from services.registration.vault.people_index import PeopleIndex
from shared.world import World

SHOWN_MAX: Final = 5


@dataclass(frozen=True)
class FindAlike:
    rosters: Rosters
    index: PeopleIndex
    world: World

    async def __call__(self, participant: Participant) -> tuple[str, ...]:
        """Of the same delegation alone, drafts too, the surest first; who is gone is nobody's double.

        Nobody else's people are compared: however many of them sound alike, they keep none of these out.
        """
        own = await self.rosters.ids(possible_doubles(participant.delegation))
        hits = await self.index.like(participant.participant_id, self.world.now(), among=own)
        return tuple(hit.entry_id for hit in hits[:SHOWN_MAX])
