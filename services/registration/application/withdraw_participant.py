"""Withdraw a participant: the place is free again, and whatever badge there was dies at the gates."""

from __future__ import annotations

from typing import Any

from services.registration.application.scope import require_scope
from services.registration.domain.errors import UnknownDelegationError, UnknownParticipantError
from services.registration.domain.participant import Withdrawn
from services.registration.domain.ports import Participants, Quotas
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class WithdrawParticipantHandler:
    def __init__(self, participants: Participants, quotas: Quotas, unit_of_work: UnitOfWork) -> None:
        self._participants = participants
        self._quotas = quotas
        self._unit_of_work = unit_of_work

    async def __call__(
        self, principal: Principal, participant_id: str, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises UnknownParticipantError, also for another delegation's, and AlreadyWithdrawnError."""
        principal.require(Role.FOCAL_POINT)

        async def work(tx: Transaction) -> dict[str, Any]:
            participant = await self._participants.one_in_transaction(tx, participant_id)
            if participant is None:
                raise UnknownParticipantError
            try:
                require_scope(principal, participant.delegation)
            except UnknownDelegationError:
                raise UnknownParticipantError from None
            held_place = participant.holds_place
            withdrawn = participant.withdrawn()
            await self._participants.save(tx, withdrawn)
            if held_place:
                await self._quotas.give_back(tx, participant.delegation, participant.category)
            tx.emit(Withdrawn(withdrawn))
            return {"participant_id": participant_id, "state": withdrawn.state.value}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)
