"""Put a legal hold on somebody's data, or lift it: while it stands nothing of the person is destroyed."""

from __future__ import annotations

from typing import Any

from services.registration.application.erase_people import ERASERS, ErasureParts
from services.registration.domain.erasure import HoldReason, LegalHold
from services.registration.domain.errors import UnknownParticipantError
from services.registration.domain.ports import Sweeps
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal


class HoldErasureHandler:
    def __init__(self, parts: ErasureParts, sweeps: Sweeps) -> None:
        self._parts = parts
        self._sweeps = sweeps

    async def __call__(
        self, principal: Principal, participant_id: str, reason: HoldReason | None, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Hold for a reason, or lift the hold when there is none. Raises UnknownParticipantError."""
        principal.require(*ERASERS)
        if await self._parts.participants.by_id(participant_id) is None:
            raise UnknownParticipantError

        async def work(tx: Transaction) -> dict[str, Any]:
            if reason is None:
                await self._parts.erasures.release(tx, participant_id)
                await self._sweeps.look_at_everything_again(tx)
            else:
                hold = LegalHold(participant_id, reason, principal.account_id, tx.now)
                await self._parts.erasures.hold(tx, hold)
            return {"participant_id": participant_id, "held": reason.value if reason else None}

        return await self._parts.unit_of_work.run_command(work, cause=cause, command=key)
