"""Ask for places over the quota."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.registration.application.list_parts import ListParts
from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.errors import FormInvalidError
from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.waiver import Waiver
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role
from shared.written_text import text_fault


@dataclass(frozen=True)
class AskWaiver:
    delegation: str
    category: str
    places: int
    reason: str = ""
    note_id: str | None = None


class AskWaiverHandler:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal, command: AskWaiver, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Raises UnknownDelegationError, FormInvalidError, NoteUnknownError. Asking costs nothing and holds nothing."""
        principal.require(Role.FOCAL_POINT)
        parts = self._parts
        require_scope(principal, command.delegation)
        conference, _ = await delegation_of(parts.conference, command.delegation)
        if conference.category(command.category) is None:
            raise FormInvalidError(({"field": "category", "code": "roster.category_unknown", "data": {}},))
        require_clean("reason", command.reason)
        if command.note_id is not None:
            await parts.require_note(conference, command.delegation, command.note_id)
        waiver_id = parts.world.new_id()
        await parts.vault.ensure_keys([waiver_id])

        async def work(tx: Transaction) -> dict[str, Any]:
            reason = await seal_text(parts, tx, waiver_id, command.reason)
            waiver = Waiver(
                waiver_id=waiver_id,
                delegation=command.delegation,
                category=command.category,
                places=command.places,
                asked_by=principal.account_id,
                asked_at=tx.now,
                reason=reason,
                note_id=command.note_id,
            )
            await parts.waivers.save(tx, waiver)
            await parts.changes.add(tx, waiver_change(parts, tx, waiver, ChangeKind.WAIVER_ASKED, command.note_id))
            return {"waiver_id": waiver_id, "state": waiver.state.value}

        return await parts.unit_of_work.run_command(work, cause=cause, command=key)


def require_clean(field: str, text: str) -> None:
    """Raises FormInvalidError for a text that would mislead its reader. Line breaks are free text's own."""
    fault = text_fault(text, has_lines=True)
    if fault is not None:
        raise FormInvalidError(({"field": field, "code": fault.value, "severity": "error", "data": {}},))


async def seal_text(parts: ListParts, tx: Transaction, owner: str, text: str) -> str | None:
    """Keep a free text of a waiver's; its id, or None for an empty one."""
    if not text.strip():
        return None
    text_id = parts.world.new_id()
    await parts.texts.put(tx, owner, text_id, text.strip())
    return text_id


def waiver_change(
    parts: ListParts, tx: Transaction, waiver: Waiver, kind: ChangeKind, note_id: str | None = None
) -> ListChange:
    return ListChange(
        change_id=parts.world.new_id(),
        delegation=waiver.delegation,
        participant_id=None,
        kind=kind,
        at=tx.now,
        by=waiver.decided_by or waiver.asked_by,
        note_id=note_id,
        fields=(waiver.category,),
        remark=waiver.answer or waiver.reason,
    )
