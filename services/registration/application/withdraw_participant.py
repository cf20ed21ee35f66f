"""Withdraw a participant: the place is free again, and whatever badge there was dies at the gates."""

from __future__ import annotations

from typing import Any

from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.own_people import own_participant
from services.registration.application.scope import delegation_of
from services.registration.application.write_list import Authority, WriteList
from services.registration.domain.participant import Participant
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


class WithdrawParticipantHandler:
    def __init__(self, parts: ListParts, write: WriteList) -> None:
        self._parts = parts
        self._write = write

    async def __call__(
        self, principal: Principal, participant_id: str, note_id: str | None, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises UnknownParticipantError, also for another delegation's, AlreadyWithdrawnError, NotADraftError,
        NoteRequiredError, NoteUnknownError.
        """
        principal.require(Role.FOCAL_POINT)
        seen = own_participant(principal, await self._parts.participants.by_id(participant_id))
        conference, _ = await delegation_of(self._parts.conference, seen.delegation)
        await self._parts.require_note(conference, seen.delegation, note_id)
        authority = Authority(principal.account_id, note_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            present = own_participant(principal, await self._one(tx, participant_id))
            withdrawn = await self._write.withdraw(tx, present, authority)
            return {"participant_id": participant_id, "state": withdrawn.state.value}

        return await self._parts.unit_of_work.run_command(
            work, cause=cause, command=key, serialise=list_of(seen.delegation)
        )

    async def _one(self, tx: Transaction, participant_id: str) -> Participant | None:
        return await self._parts.participants.one_in_transaction(tx, participant_id)
