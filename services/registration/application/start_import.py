"""Take a delegation's file, check it dry, and give the same workbook back with every bad cell explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.registration.application.check_roster import RosterCheck
from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.ports import Changes, Imports, ReadRoster
from services.registration.domain.roster_import import ImportState, RosterImport, RowFault
from services.registration.domain.roster_row import Fault
from services.registration.vault.files import SealedFiles
from services.registration.vault.store import Vault
from shared.conference import ConferenceCopy
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import World

FAULTS_MAX: Final = 2_000
WORKBOOK, PHOTOS, ANNOTATED = "workbook", "photos", "annotated"

SayFault = Callable[[Fault, str], str]


@dataclass(frozen=True)
class StartImport:
    """`language` is the one that the annotated workbook speaks."""

    delegation: str
    workbook: bytes
    photos: bytes | None
    language: str


@dataclass(frozen=True)
class ImportParts:
    """What both halves of an import work with."""

    conference: ConferenceCopy
    check: RosterCheck
    imports: Imports
    changes: Changes
    files: SealedFiles
    vault: Vault
    unit_of_work: UnitOfWork
    world: World


class StartImportHandler:
    def __init__(self, parts: ImportParts, say: SayFault) -> None:
        self._parts = parts
        self._say = say

    async def __call__(self, principal: Principal, command: StartImport, cause: Cause, key: CommandKey) -> RosterImport:
        """The dry run's result; nothing is registered yet. Raises UnknownDelegationError and the file's refusals."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, command.delegation)
        parts = self._parts
        conference, delegation = await delegation_of(parts.conference, command.delegation)
        roster = await parts.check(conference, delegation, command.workbook, command.photos)
        sentences = self._sentences(roster, command.language)
        annotated = await parts.check.reader.annotate(command.workbook, roster, sentences, command.language)
        checked = _checked(parts.world.new_id(), command, roster)
        await parts.vault.ensure_keys([checked.import_id])

        async def work(tx: Transaction) -> dict[str, Any]:
            await parts.imports.save(tx, checked)
            await parts.files.put(tx, checked.import_id, WORKBOOK, command.workbook)
            await parts.files.put(tx, checked.import_id, ANNOTATED, annotated)
            if command.photos is not None:
                await parts.files.put(tx, checked.import_id, PHOTOS, command.photos)
            return {"import_id": checked.import_id}

        done = await parts.unit_of_work.run_command(work, cause=cause, command=key)
        found = await parts.imports.by_id(done["import_id"])
        return found or checked

    def _sentences(self, roster: ReadRoster, language: str) -> Mapping[int, Sequence[str]]:
        return {row.number: [self._say(fault, language) for fault in row.faults] for row in roster.rows if row.faults}


def _checked(import_id: str, command: StartImport, roster: ReadRoster) -> RosterImport:
    faults = [
        RowFault(row.number, _cell(row.number, roster.places.get(fault.column or "")), fault)
        for row in roster.rows
        for fault in row.faults
    ]
    return RosterImport(
        import_id=import_id,
        delegation=command.delegation,
        language=command.language,
        state=ImportState.CHECKED,
        rows=len(roster.rows),
        good=sum(row.is_good for row in roster.rows),
        faults=tuple(faults[:FAULTS_MAX]),
        unknown_columns=tuple(heading[:100] for heading in roster.unknown_columns),
    )


def _cell(row: int, place: int | None) -> str | None:
    """The cell's address as spreadsheets write it; 60 columns at most, so two letters do."""
    if place is None:
        return None
    letters = chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
    return f"{letters}{row}"
