"""Compute an allocation as a draft: nothing is in force by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from services.session_allocation.application.scope import conference_of
from services.session_allocation.domain.allocation import FlowSolver, allocate
from services.session_allocation.domain.ports import Books, Conference, Draft
from services.session_allocation.domain.standing import Claim
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import World

Bind = Callable[[Transaction], Books]


class RunAllocationHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, views: Books, solver: FlowSolver, world: World) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._views = views
        self._solver = solver
        self._world = world

    async def __call__(self, principal: Principal, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """The draft's id and figures. Computed outside the transaction; publishing asks whether it still holds.

        Raises NoConferenceError, AllocationTooLargeError.
        """
        principal.require(Role.PROGRAMME_OFFICER)
        conference = await conference_of(self._views)
        claims = await self._views.claims()
        allocation = await allocate(conference.programme, claims, self._solver, lot=conference.id)
        draft = Draft(
            self._world.new_id(), self._world.now(), digest_of(conference, claims), len(claims), allocation.sums
        )

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._bind(tx).save_draft(draft, allocation)
            return draft_view(draft)

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise="allocation")


def digest_of(conference: Conference, claims: Sequence[Claim]) -> str:
    """A fingerprint of all that an allocation depends on."""
    people = sorted(
        (claim.participant_id, claim.delegation, claim.category, claim.wishes, sorted(claim.entitled))
        for claim in claims
    )
    programme = [
        (item.code, item.day, str(item.starts), str(item.ends), item.categories, item.capacity, item.held_seats)
        for item in conference.programme.allocated
    ]
    return hashlib.sha256(json.dumps([conference.id, programme, people]).encode()).hexdigest()


def draft_view(draft: Draft) -> dict[str, Any]:
    return {"draft_id": draft.draft_id, "people": draft.people, "sessions": [asdict(item) for item in draft.sums]}
