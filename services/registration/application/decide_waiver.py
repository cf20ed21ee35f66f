"""Grant a waiver, whole or in part, or refuse it; what is granted is added to the quota in the same commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.registration.application.ask_waiver import require_clean, seal_text, waiver_change
from services.registration.application.list_parts import ListParts, list_of
from services.registration.domain.errors import UnknownWaiverError
from services.registration.domain.list_change import ChangeKind
from services.registration.domain.notice import Notice
from services.registration.domain.waiver import WaiverState
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role

DECIDERS = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class DecideWaiver:
    """`places` granted, 0 to refuse. `answer` is what the delegation reads."""

    waiver_id: str
    places: int
    answer: str = ""


class DecideWaiverHandler:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def __call__(
        self, principal: Principal, command: DecideWaiver, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises UnknownWaiverError, WaiverDecidedError, WaiverPlacesError, FormInvalidError."""
        principal.require(*DECIDERS)
        parts = self._parts
        require_clean("answer", command.answer)
        seen = await parts.waivers.by_id(command.waiver_id)
        if seen is None:
            raise UnknownWaiverError

        async def work(tx: Transaction) -> dict[str, Any]:
            waiver = await parts.waivers.in_transaction(tx, command.waiver_id)
            if waiver is None:
                raise UnknownWaiverError
            answer = await seal_text(parts, tx, waiver.waiver_id, command.answer)
            by = principal.account_id
            decided = (
                waiver.granted_by(by, command.places, answer, tx.now)
                if command.places
                else waiver.refused_by(by, answer, tx.now)
            )
            await parts.waivers.save(tx, decided)
            if decided.granted:
                await parts.quotas.waive(tx, decided.delegation, decided.category, decided.granted)
            is_granted = decided.state is WaiverState.GRANTED
            kind = ChangeKind.WAIVER_GRANTED if is_granted else ChangeKind.WAIVER_REFUSED
            change = waiver_change(parts, tx, decided, kind)
            await parts.changes.add(tx, change)
            await parts.notices.add(tx, Notice(change.change_id, decided.delegation, kind, tx.now))
            return {"waiver_id": decided.waiver_id, "state": decided.state.value, "granted": decided.granted}

        return await parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=list_of(seen.delegation))
