"""Put a legal hold on somebody's data, or lift it: while it stands nothing of the person is destroyed.

Both have a reason of a closed list, and both are in the audit log.
"""

from __future__ import annotations

from typing import Any, Final

from services.registration.application.erase_people import ERASERS, ErasureParts
from services.registration.domain.erasure import HoldLifted, HoldPut, HoldReason, LegalHold, LiftReason
from services.registration.domain.errors import UnknownParticipantError
from services.registration.domain.ports import Sweeps
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal

HOLDS_SHOWN_MAX: Final = 200


class HoldErasureHandler:
    def __init__(self, parts: ErasureParts, sweeps: Sweeps) -> None:
        self._parts = parts
        self._sweeps = sweeps

    async def __call__(
        self, principal: Principal, participant_id: str, reason: HoldReason | LiftReason, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Hold for a reason, or lift for one; lifting where no hold stands has no effect.

        Raises UnknownParticipantError.
        """
        principal.require(*ERASERS)
        if await self._parts.participants.by_id(participant_id) is None:
            raise UnknownParticipantError

        async def work(tx: Transaction) -> dict[str, Any]:
            if isinstance(reason, LiftReason):
                await self._lift(tx, principal, participant_id, reason)
                return {"participant_id": participant_id, "held": None}
            hold = LegalHold(participant_id, reason, principal.account_id, tx.now)
            await self._parts.erasures.hold(tx, hold)
            tx.emit(HoldPut(hold, principal.person_id))
            return {"participant_id": participant_id, "held": reason.value}

        return await self._parts.unit_of_work.run_command(work, cause=cause, command=key)

    async def _lift(self, tx: Transaction, principal: Principal, participant_id: str, reason: LiftReason) -> None:
        hold = await self._parts.erasures.hold_on(tx, participant_id)
        if hold is None:
            return
        await self._parts.erasures.release(tx, participant_id)
        await self._sweeps.look_at_everything_again(tx)
        tx.emit(HoldLifted(hold, reason, principal.account_id, principal.person_id))


class ShowHolds:
    def __init__(self, parts: ErasureParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal) -> list[LegalHold]:
        """The holds that stand, the latest first, 200 at most."""
        principal.require(*ERASERS)
        return await self._parts.erasures.holds(limit=HOLDS_SHOWN_MAX)
