"""Hand out badges at the desk: from prepared to active, one or many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from services.accreditation.application.ports import Badges
from services.accreditation.domain.badge import Badge, BadgeState, Reason
from services.accreditation.domain.errors import NoBadgeError
from shared.errors import Refusal
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class Handed:
    """One participant's outcome: the active badge, or why there is none."""

    participant_id: str
    badge_id: str | None
    refusal: str | None


class ActivateBadgesHandler:
    def __init__(self, badges: Badges, unit_of_work: UnitOfWork) -> None:
        self._badges = badges
        self._unit_of_work = unit_of_work

    async def __call__(
        self, principal: Principal, participant_ids: tuple[str, ...], cause: Cause, key: CommandKey
    ) -> list[Handed]:
        """An outcome for each, in order; a badge that is active already stays so."""
        principal.require(Role.ACCREDITATION_OFFICER)
        handed: list[Handed] = []
        for participant_id in dict.fromkeys(participant_ids):
            try:
                handed.append(await self._activate(participant_id, cause, key))
            except Refusal as refusal:
                handed.append(Handed(participant_id, None, refusal.code))
        return handed

    async def _activate(self, participant_id: str, cause: Cause, key: CommandKey) -> Handed:
        async def work(tx: Transaction) -> dict[str, Any]:
            badges = await self._badges.of_participant(tx, participant_id)
            if not badges:
                raise NoBadgeError
            newest = badges[0]
            await self._end_others(tx, badges[1:])
            if (active := newest.activated()) is not None:
                await self._badges.save(tx, active[0])
                tx.emit(active[1])
            return {"badge_id": newest.badge_id}

        of_one = replace(key, key=f"{key.key}/{participant_id}")
        done = await self._unit_of_work.run_command(work, cause=cause, command=of_one)
        return Handed(participant_id, done["badge_id"], None)

    async def _end_others(self, tx: Transaction, others: list[Badge]) -> None:
        """A replacement kills its predecessor when it is handed out: one active badge at most."""
        for other in others:
            if other.state is not BadgeState.REVOKED and (ended := other.revoked(Reason.REPLACED)) is not None:
                await self._badges.save(tx, ended[0])
                tx.emit(ended[1])
