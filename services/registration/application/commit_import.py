"""Have the good rows of a checked import registered: they are written in the background, and can be watched."""

from __future__ import annotations

from typing import Any

from services.registration.application.list_parts import ListParts
from services.registration.application.run_imports import RunImports
from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.errors import UnknownDelegationError, UnknownImportError
from services.registration.domain.ports import Imports
from services.registration.domain.roster_import import CommitOrder, RosterImport
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


class CommitImportHandler:
    def __init__(self, parts: ListParts, imports: Imports, run: RunImports) -> None:
        self._parts = parts
        self._imports = imports
        self._run = run

    async def __call__(
        self, principal: Principal, import_id: str, note_id: str | None, cause: Cause, key: CommandKey
    ) -> RosterImport:
        """The import on its way. Asking again while it is, or after it was done, changes nothing.

        Raises UnknownImportError, ImportNotCheckedError, NoteRequiredError, NoteUnknownError.
        """
        principal.require(Role.FOCAL_POINT)
        found = own_import(principal, await self._imports.by_id(import_id))
        conference, _ = await delegation_of(self._parts.conference, found.delegation)
        await self._parts.require_note(conference, found.delegation, note_id)
        order = CommitOrder(principal.account_id, key.command_id, cause.correlation_id, cause.traceparent, note_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            now = own_import(principal, await self._imports.in_transaction(tx, import_id))
            ordered = now.ordered(order)
            if ordered is not now:
                await self._imports.save(tx, ordered)
            return {"import_id": import_id}

        await self._parts.unit_of_work.run_command(work, cause=cause, command=key)
        self._run.begin(import_id)
        return own_import(principal, await self._imports.by_id(import_id))


def own_import(principal: Principal, found: RosterImport | None) -> RosterImport:
    """Raises UnknownImportError: absent, or another delegation's."""
    if found is None:
        raise UnknownImportError
    try:
        require_scope(principal, found.delegation)
    except UnknownDelegationError:
        raise UnknownImportError from None
    return found
