"""Throw away a draft: nobody else ever heard of it."""

from __future__ import annotations

from typing import Any

from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.own_people import own_participant
from services.registration.application.write_list import Authority, WriteList
from services.registration.vault.people_index import PeopleIndex
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


class DiscardDraftHandler:
    def __init__(self, parts: ListParts, write: WriteList, index: PeopleIndex) -> None:
        self._parts = parts
        self._write = write
        self._index = index

    async def __call__(
        self, principal: Principal, participant_id: str, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Throw a draft away, its name in memory too. Raises UnknownParticipantError, NotADraftError."""
        principal.require(Role.FOCAL_POINT)
        seen = await self._parts.participants.by_id(participant_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            present = await self._parts.participants.one_in_transaction(tx, participant_id)
            draft = own_participant(principal, present)
            await self._write.discard(tx, draft, Authority(principal.account_id))
            return {"participant_id": participant_id}

        queue = list_of(seen.delegation) if seen else None
        result = await self._parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=queue)
        # After the commit: whoever reads the vault meanwhile may still find the name there.
        await self._index.forget([participant_id])
        return result
