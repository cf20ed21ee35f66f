"""The dry run of an import: every row and photo checked, and the workbook marked. Nothing is registered by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.registration.application.import_files import ANNOTATED, portraits, sent_files
from services.registration.application.list_parts import ListParts
from services.registration.application.scope import delegation_of
from services.registration.domain.ports import Imports, PhotoArchive, ReadRoster
from services.registration.domain.roster_import import Phase, Progress, RosterImport, RowFault
from services.registration.domain.roster_row import Fault
from shared.errors import Refusal
from shared.messaging.unit_of_work import Cause, Transaction

FAULTS_MAX: Final = 2_000
TELL_EVERY: Final = timedelta(milliseconds=500)

SayFault = Callable[[Fault, str], str]


class CheckImport:
    """Begun again from the start when it was broken off: it has no effect but its own result."""

    def __init__(self, parts: ListParts, imports: Imports, say: SayFault) -> None:
        self._parts = parts
        self._imports = imports
        self._say = say

    async def __call__(self, asked: RosterImport) -> None:
        """Raises UnknownDelegationError, ImportExpiredError, and the refusals of reading files."""
        parts = self._parts
        conference, delegation = await delegation_of(parts.conference, asked.delegation)
        workbook, photos = await sent_files(parts, asked.import_id)
        roster = await parts.check.row_by_row(conference, delegation, workbook, photos.names)
        bad_photos = await self._bad_photos(asked, roster, photos)
        roster = await parts.check.together(conference, delegation, with_bad_photos(roster, bad_photos))
        await self._keep(replace(asked, progress=Progress(Phase.MARKING)))
        sentences = self._sentences(roster, asked.language)
        annotated = await parts.check.reader.annotate(workbook, roster, sentences, asked.language)
        checked = asked.checked(
            rows=len(roster.rows),
            good=sum(row.is_good for row in roster.rows),
            faults=_faults(roster)[:FAULTS_MAX],
            unknown_columns=tuple(heading[:100] for heading in roster.unknown_columns),
            bad_photos=tuple(sorted(bad_photos)),
        )
        await self._keep(checked, annotated)

    async def _bad_photos(self, asked: RosterImport, roster: ReadRoster, photos: PhotoArchive) -> Mapping[int, Fault]:
        """The faults of photos by row. Each photo is made ready once, however many rows name it."""
        rows: dict[str, list[int]] = {}
        for row in roster.rows:
            if row.person is not None and row.person.photo_name in photos.names:
                rows.setdefault(row.person.photo_name or "", []).append(row.number)
        found: dict[int, Fault] = {}
        told, done = self._parts.world.now(), 0
        async for some in portraits(photos, list(rows)):
            for name, portrait in some:
                if isinstance(portrait, Refusal):
                    fault = Fault("photo_name", portrait.code, data=portrait.data)
                    found.update(dict.fromkeys(rows[name], fault))
            done += len(some)
            if (now := self._parts.world.now()) - told > TELL_EVERY:
                told = now
                await self._keep(replace(asked, progress=Progress(Phase.PHOTOS, done, len(rows))))
        return found

    async def _keep(self, roster_import: RosterImport, annotated: bytes | None = None) -> None:
        async def work(tx: Transaction) -> None:
            await self._imports.save(tx, roster_import)
            if annotated is not None:
                await self._parts.files.put(tx, roster_import.import_id, ANNOTATED, annotated)

        cause = Cause(roster_import.import_id, None, None, "service:registration")
        await self._parts.unit_of_work.run(work, cause=cause)

    def _sentences(self, roster: ReadRoster, language: str) -> Mapping[int, Sequence[str]]:
        return {row.number: [self._say(fault, language) for fault in row.faults] for row in roster.rows if row.faults}


def with_bad_photos(roster: ReadRoster, bad: Mapping[int, Fault]) -> ReadRoster:
    rows = tuple(row.with_fault(bad[row.number]) if row.number in bad else row for row in roster.rows)
    return replace(roster, rows=rows)


def _faults(roster: ReadRoster) -> tuple[RowFault, ...]:
    return tuple(
        RowFault(row.number, _cell(row.number, roster.places.get(fault.column or "")), fault)
        for row in roster.rows
        for fault in row.faults
    )


def _cell(row: int, place: int | None) -> str | None:
    """The cell's address as spreadsheets write it; 60 columns at most, so two letters do."""
    if place is None:
        return None
    letters = chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
    return f"{letters}{row}"
