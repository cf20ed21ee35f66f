"""The dry run of an import: every row and photo checked, and the workbook marked. Nothing is registered by it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.registration.application.import_files import ANNOTATED, CHANGES, WORDS, portraits, sent_files
from services.registration.application.list_parts import ListParts
from services.registration.application.preview_changes import PreviewChanges, written
from services.registration.application.refused_words import refused_words
from services.registration.application.scope import delegation_of
from services.registration.application.warn_alike import WarnAlike
from services.registration.domain.ports import Imports, PhotoArchive, ReadRoster
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.roster_import import Outlook, Phase, Progress, RosterImport, RowFault
from services.registration.domain.roster_row import Fault
from services.registration.domain.row_change import CHANGES_MAX, FieldChange, RowChange
from shared.contracts.conference import Conference
from shared.errors import Refusal
from shared.messaging.unit_of_work import Cause, Transaction

FAULTS_MAX: Final = 2_000
TELL_EVERY: Final = timedelta(milliseconds=500)

SayFault = Callable[[Fault, str], str]
SayChange = Callable[[FieldChange, Conference, str], str]


class CheckImport:
    """Begun again from the start when it was broken off: it has no effect but its own result."""

    def __init__(
        self, parts: ListParts, imports: Imports, warn: WarnAlike, say: SayFault, say_change: SayChange
    ) -> None:
        self._parts = parts
        self._imports = imports
        self._warn = warn
        self._preview = PreviewChanges(parts)
        self._say = say
        self._say_change = say_change

    async def __call__(self, asked: RosterImport) -> None:
        """Raises UnknownDelegationError, ImportExpiredError, and the refusals of reading files."""
        parts = self._parts
        conference, delegation = await delegation_of(parts.conference, asked.delegation)
        workbook, photos = await sent_files(parts, asked.import_id)
        roster = await parts.check.row_by_row(conference, delegation, workbook, photos.names)
        bad_photos, faces = await self._photos(asked, roster, photos)
        compared = await parts.check.together(conference, delegation, with_bad_photos(roster, bad_photos))
        preview = await self._preview(compared, faces)
        await self._keep(replace(asked, progress=Progress(Phase.COMPARING)))
        roster = await self._warn(delegation.code, compared)
        await self._keep(replace(asked, progress=Progress(Phase.MARKING)))
        sentences = self._sentences(roster, asked.language)
        changes = self._changes(preview.changes, conference, asked.language)
        annotated = await parts.check.reader.annotate(workbook, roster, sentences, changes, asked.language)
        checked = asked.checked(
            rows=len(roster.rows),
            good=sum(row.is_good for row in roster.rows),
            faults=_faults(roster)[:FAULTS_MAX],
            unknown_columns=tuple(heading[:100] for heading in roster.unknown_columns),
            bad_photos=tuple(sorted(bad_photos)),
            outlook=Outlook(preview.new, len(preview.changes), preview.unchanged),
        )
        files = {
            ANNOTATED: annotated,
            CHANGES: written(preview.changes[:CHANGES_MAX]),
            WORDS: refused_words(roster.rows, limit=FAULTS_MAX),
        }
        await self._keep(checked, files)

    async def _photos(
        self, asked: RosterImport, roster: ReadRoster, photos: PhotoArchive
    ) -> tuple[Mapping[int, Fault], Mapping[str, str]]:
        """The faults of photos by row, and the fingerprints of the good ones by name.

        Each photo is made ready once, however many rows name it.
        """
        rows: dict[str, list[int]] = {}
        for row in roster.rows:
            if row.person is not None and row.person.photo_name in photos.names:
                rows.setdefault(row.person.photo_name or "", []).append(row.number)
        found: dict[int, Fault] = {}
        faces: dict[str, str] = {}
        told, done = self._parts.world.now(), 0
        async for some in portraits(photos, list(rows)):
            for name, portrait in some:
                if isinstance(portrait, Refusal):
                    fault = Fault("photo_name", portrait.code, data=portrait.data)
                    found.update(dict.fromkeys(rows[name], fault))
                else:
                    faces[name] = self._parts.vault.fingerprint(PHOTO, base64.b64encode(portrait).decode())
            done += len(some)
            if (now := self._parts.world.now()) - told > TELL_EVERY:
                told = now
                await self._keep(replace(asked, progress=Progress(Phase.PHOTOS, done, len(rows))))
        return found, faces

    async def _keep(self, roster_import: RosterImport, files: Mapping[str, bytes] | None = None) -> None:
        async def work(tx: Transaction) -> None:
            await self._imports.save(tx, roster_import)
            for name, content in (files or {}).items():
                await self._parts.files.put(tx, roster_import.import_id, name, content)

        cause = Cause(roster_import.import_id, None, None, "service:registration")
        await self._parts.unit_of_work.run(work, cause=cause)

    def _sentences(self, roster: ReadRoster, language: str) -> Mapping[int, Sequence[str]]:
        return {row.number: [self._say(fault, language) for fault in row.faults] for row in roster.rows if row.faults}

    def _changes(
        self, changes: Sequence[RowChange], conference: Conference, language: str
    ) -> Mapping[int, Mapping[str, str]]:
        return {
            each.row: {field.field: self._say_change(field, conference, language) for field in each.fields}
            for each in changes
        }


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
