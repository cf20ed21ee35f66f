"""The roster reader: workbook in, checked rows out, in the pool of worker processes; photos one by one."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Final

from services.registration.adapters.photo import PhotoTooLargeError, PhotoUnreadableError, prepare_photo
from services.registration.adapters.workbook import open_photos, read_sheet
from services.registration.adapters.workbook_annotation import Said, annotate
from services.registration.domain.alike_rows import Alike, NamedRow, Somebody, alike_rows
from services.registration.domain.ports import ReadRoster
from services.registration.domain.roster_row import RosterRules, check_row, named_by_script
from shared.web.texts import Texts

# Of a ZIP several photos are in memory at once.
ZIPPED_MEGABYTES_MAX: Final = 8


class ZippedPhotos:
    """A ZIP of photos, by their bare names, whose bounds were checked; a photo is unpacked when it is wanted."""

    def __init__(self, archive: zipfile.ZipFile | None, found: Mapping[str, zipfile.ZipInfo], pool: Executor) -> None:
        self._archive = archive
        self._found = found
        self._pool = pool

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._found)

    async def portrait(self, name: str) -> bytes:
        """Raises the refusals of a photo."""
        if self._archive is None or name not in self._found:
            raise PhotoUnreadableError
        if self._found[name].file_size > ZIPPED_MEGABYTES_MAX * 1024 * 1024:
            raise PhotoTooLargeError(ZIPPED_MEGABYTES_MAX)
        try:
            content = await asyncio.to_thread(self._archive.read, self._found[name])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise PhotoUnreadableError from None
        return await asyncio.get_running_loop().run_in_executor(self._pool, prepare_photo, content)


class PooledRosterReader:
    def __init__(self, pool: Executor, texts: Texts) -> None:
        self._pool = pool
        self._texts = texts

    async def photos(self, archive: bytes | None) -> ZippedPhotos:
        """Raises the refusals of an archive."""
        if archive is None:
            return ZippedPhotos(None, {}, self._pool)
        opened, found = await asyncio.to_thread(open_photos, archive)
        return ZippedPhotos(opened, found, self._pool)

    async def read(self, workbook: bytes, rules: RosterRules) -> ReadRoster:
        """Raises the refusals of reading a sheet."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, read_roster, workbook, rules)

    async def alike(self, rows: Sequence[NamedRow], people: Sequence[Somebody]) -> dict[int, Alike]:
        return await asyncio.get_running_loop().run_in_executor(self._pool, alike_rows, rows, people)

    async def annotate(
        self,
        workbook: bytes,
        roster: ReadRoster,
        sentences: Mapping[int, Sequence[str]],
        changes: Mapping[int, Mapping[str, str]],
        language: str,
    ) -> bytes:
        remarks = self._texts.say("roster.remarks", language)
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, _annotate, workbook, roster, remarks, dict(sentences), dict(changes), language == "ar"
        )


def read_roster(workbook: bytes, rules: RosterRules) -> ReadRoster:
    """Read and check a roster's rows one by one."""
    sheet = read_sheet(workbook)
    rows = [check_row(each.number, named_by_script(each.cells), rules, each.faults) for each in sheet.rows]
    return ReadRoster(tuple(rows), sheet.columns.unknown, dict(sheet.columns.places), sheet)


def _annotate(
    workbook: bytes,
    roster: ReadRoster,
    remarks: str,
    sentences: Mapping[int, Sequence[str]],
    changes: Mapping[int, Mapping[str, str]],
    rtl: bool,
) -> bytes:
    said = Said(remarks, sentences, changes)
    return annotate(workbook, roster.sheet, roster.rows, said, rtl=rtl)
