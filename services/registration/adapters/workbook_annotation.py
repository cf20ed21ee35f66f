"""The same workbook back, with each bad cell coloured and explained in the focal point's language."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from services.registration.adapters.csv_text import csv_rows
from services.registration.adapters.workbook import Sheet
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.roster_columns import is_own_remarks
from services.registration.domain.roster_row import RosterRow, Severity

_RED: Final = PatternFill("solid", fgColor="F8C9C4")
_AMBER: Final = PatternFill("solid", fgColor="FCE8B2")
_PHOTO_COLUMN: Final = "photo_name"
_BLUE: Final = PatternFill("solid", fgColor="CFE2F3")
_AUTHOR: Final = "Bawaba"
_OUR_COLOURS: Final = tuple(fill.fgColor.rgb[-6:] for fill in (_RED, _AMBER, _BLUE))


@dataclass(frozen=True)
class Said:
    """What is said in the workbook: the heading `remarks`, by row a sentence for each fault, and by row and field what
    the row would change of somebody on the list.
    """

    remarks: str
    sentences: Mapping[int, Sequence[str]]
    changes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def annotate(data: bytes, sheet: Sheet, rows: Sequence[RosterRow], said: Said, *, rtl: bool) -> bytes:
    """An XLSX with the given content, colours and comments on bad cells (red, amber) and on changes (blue), and a last
    column of remarks.

    Columns, order and good rows stay. What an earlier answer marked in the same workbook goes. A CSV comes back as
    XLSX: a text cannot carry remarks.
    """
    workbook = _open(data)
    worksheet = _first_with_content(workbook)
    if rtl:
        worksheet.sheet_view.rightToLeft = True
    _wipe(worksheet)
    last = _own_column(worksheet, sheet.heading_row) or worksheet.max_column + 1
    heading = worksheet.cell(sheet.heading_row, last, said.remarks)
    heading.font = Font(bold=True)
    worksheet.column_dimensions[heading.column_letter].width = 60
    for row in rows:
        changes = said.changes.get(row.number, {})
        for name, sentence in changes.items():
            if (place := sheet.columns.places.get(_PHOTO_COLUMN if name == PHOTO else name)) is not None:
                _mark(worksheet.cell(row.number, place + 1), _BLUE, sentence)
        sentences = said.sentences.get(row.number, ())
        for fault, sentence in zip(row.faults, sentences, strict=True):
            place = sheet.columns.places.get(fault.column or "")
            fill = _RED if fault.severity is Severity.ERROR else _AMBER
            if place is None:
                worksheet.cell(row.number, last).fill = fill
            else:
                _mark(worksheet.cell(row.number, place + 1), fill, sentence)
        if remarks := [*dict.fromkeys(sentences), *changes.values()]:
            # As text: an old value that begins with "=" must not become a formula.
            cell = worksheet.cell(row.number, last, "\n".join(remarks))
            cell.data_type = "s"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _wipe(worksheet: Any) -> None:
    """Take off what was marked before: its comment is ours by its author, or where that was lost, by its colour."""
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.comment and (cell.comment.author == _AUTHOR or str(cell.fill.fgColor.rgb)[-6:] in _OUR_COLOURS):
                cell.comment, cell.fill = None, PatternFill()


def _own_column(worksheet: Any, heading_row: int) -> int | None:
    """The column of an earlier answer's remarks, from 1, emptied; None without one."""
    found = next((cell.column for cell in worksheet[heading_row] if is_own_remarks(cell.value)), None)
    if found is not None:
        for (cell,) in worksheet.iter_rows(min_row=heading_row, min_col=found, max_col=found):
            cell.value, cell.fill = None, PatternFill()
    return found


def _mark(cell: Any, fill: PatternFill, sentence: str) -> None:
    cell.fill = fill
    cell.comment = Comment(sentence, _AUTHOR, width=320, height=90)


def _open(data: bytes) -> Any:
    if data[:4] == b"PK\x03\x04":
        return load_workbook(io.BytesIO(data), keep_links=False)
    workbook = Workbook()
    worksheet: Any = workbook.active
    for number, cells in csv_rows(data):
        for place, cell in enumerate(cells, start=1):
            # As text, whatever it looks like: a cell that begins with "=" must not become a formula here.
            written = worksheet.cell(number, place, str(cell))
            written.data_type = "s"
    return workbook


def _first_with_content(workbook: Any) -> Any:
    return next((sheet for sheet in workbook.worksheets[:5] if sheet.max_row > 1 or sheet["A1"].value), workbook.active)
