"""Take a delegation's file and begin its dry run; what takes longer than a second is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from services.registration.application.import_files import PHOTOS, WORKBOOK
from services.registration.application.list_parts import ListParts
from services.registration.application.run_imports import RunImports
from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.ports import Imports
from services.registration.domain.roster_import import RosterImport
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role

PATIENCE_S: Final = 1.0


@dataclass(frozen=True)
class StartImport:
    """`language` is the one that the annotated workbook speaks."""

    delegation: str
    workbook: bytes
    photos: bytes | None
    language: str


class StartImportHandler:
    def __init__(self, parts: ListParts, imports: Imports, run: RunImports) -> None:
        self._parts = parts
        self._imports = imports
        self._run = run

    async def __call__(self, principal: Principal, command: StartImport, cause: Cause, key: CommandKey) -> RosterImport:
        """The dry run's result, or the import while it is being checked; nothing is registered yet.

        Raises UnknownDelegationError, and the file's refusals where they show within a second.
        """
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, command.delegation)
        parts = self._parts
        await delegation_of(parts.conference, command.delegation)
        asked = RosterImport(
            import_id=parts.world.new_id(),
            delegation=command.delegation,
            language=command.language,
            asked_at=parts.world.now(),
        )
        await parts.vault.ensure_keys([asked.import_id])

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._imports.save(tx, asked)
            await parts.files.put(tx, asked.import_id, WORKBOOK, command.workbook)
            if command.photos is not None:
                await parts.files.put(tx, asked.import_id, PHOTOS, command.photos)
            return {"import_id": asked.import_id}

        done = await parts.unit_of_work.run_command(work, cause=cause, command=key)
        refusal = await self._run.step_of(done["import_id"], patience_s=PATIENCE_S)
        if refusal is not None:
            raise refusal
        return await self._imports.by_id(done["import_id"]) or asked
