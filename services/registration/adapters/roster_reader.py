"""The roster reader: workbook and photos in, checked rows out, in the pool of worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from services.registration.adapters.photo import prepare_photo
from services.registration.adapters.workbook import read_photos, read_sheet
from services.registration.adapters.workbook_annotation import annotate
from services.registration.domain.ports import ReadRoster
from services.registration.domain.roster_row import Fault, RosterRules, check_row
from shared.errors import Refusal
from shared.web.texts import Texts


class PooledRosterReader:
    def __init__(self, pool: Executor, texts: Texts) -> None:
        self._pool = pool
        self._texts = texts

    async def read(self, workbook: bytes, photos: bytes | None, rules: RosterRules) -> ReadRoster:
        """Raises the refusals of reading a sheet and its photos."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, read_roster, workbook, photos, rules)

    async def annotate(
        self, workbook: bytes, roster: ReadRoster, sentences: Mapping[int, Sequence[str]], language: str
    ) -> bytes:
        remarks = self._texts.say("roster.remarks", language)
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, _annotate, workbook, roster, remarks, dict(sentences), language == "ar"
        )


def read_roster(workbook: bytes, photos: bytes | None, rules: RosterRules) -> ReadRoster:
    """Read and check a roster's rows one by one; a photo that does not do is a fault of its row."""
    sheet = read_sheet(workbook)
    sent = read_photos(photos) if photos else {}
    prepared: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    for name, content in sent.items():
        try:
            prepared[name] = prepare_photo(content)
        except Refusal as refusal:
            refused[name] = refusal.code
    rules = replace(rules, photos=frozenset(sent))
    rows = []
    for sheet_row in sheet.rows:
        row = check_row(sheet_row.number, sheet_row.cells, rules, sheet_row.faults)
        photo = row.person.photo_name if row.person else None
        if photo in refused:
            row = row.with_fault(Fault("photo_name", refused[photo]))
        rows.append(row)
    return ReadRoster(tuple(rows), prepared, sheet.columns.unknown, dict(sheet.columns.places), sheet)


def _annotate(
    workbook: bytes, roster: ReadRoster, remarks: str, sentences: Mapping[int, Sequence[str]], rtl: bool
) -> bytes:
    return annotate(workbook, roster.sheet, roster.rows, remarks=remarks, sentences=sentences, rtl=rtl)
