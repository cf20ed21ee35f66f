"""Add a note verbale: number, date and, if it is there, its scan, sealed for the delegation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.registration.application.list_parts import ListParts
from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.list_change import (
    NUMBER_CHARS_MAX,
    NoteInvalidError,
    NoteUnknownError,
    NoteVerbale,
    scan_type,
)
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role
from shared.written_text import text_fault

SCAN: Final = "scan"
_AGE_MAX: Final = timedelta(days=3 * 366)


@dataclass(frozen=True)
class AddNoteVerbale:
    delegation: str
    number: str
    dated: date
    scan: bytes | None = None


class AddNoteVerbaleHandler:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def __call__(
        self, principal: Principal, command: AddNoteVerbale, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises UnknownDelegationError, NoteInvalidError, ScanUnreadableError."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, command.delegation)
        parts = self._parts
        await delegation_of(parts.conference, command.delegation)
        _require_sound(command, parts.world.now().date())
        note = NoteVerbale(
            note_id=parts.world.new_id(),
            delegation=command.delegation,
            number=command.number.strip(),
            dated=command.dated,
            added_by=principal.account_id,
            added_at=parts.world.now(),
            scan_type=scan_type(command.scan) if command.scan else None,
        )
        await parts.vault.ensure_keys([note.note_id])

        async def work(tx: Transaction) -> dict[str, Any]:
            await parts.notes.add(tx, note)
            if command.scan:
                await parts.files.put(tx, note.note_id, SCAN, command.scan, lifetime=None)
            return {"note_id": note.note_id}

        return await parts.unit_of_work.run_command(work, cause=cause, command=key)

    async def scan(self, principal: Principal, note_id: str) -> tuple[str, bytes]:
        """Media type and content of a note's scan. Raises NoteUnknownError, also for another delegation's."""
        principal.require(Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER)
        note = await self._parts.notes.by_id(note_id)
        if note is None or note.scan_type is None or principal.delegation_id not in (None, note.delegation):
            raise NoteUnknownError
        content = await self._parts.files.get(note_id, SCAN)
        if content is None:
            raise NoteUnknownError
        return note.scan_type, content


def _require_sound(command: AddNoteVerbale, today: date) -> None:
    number = command.number.strip()
    if not 1 <= len(number) <= NUMBER_CHARS_MAX or text_fault(number) is not None:
        raise NoteInvalidError("number")
    if not today - _AGE_MAX <= command.dated <= today + timedelta(days=1):
        raise NoteInvalidError("dated")
