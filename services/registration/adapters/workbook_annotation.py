"""The same workbook back, with each bad cell coloured and explained in the focal point's language."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from services.registration.adapters.workbook import Sheet, csv_rows
from services.registration.domain.roster_row import RosterRow, Severity

_RED: Final = PatternFill("solid", fgColor="F8C9C4")
_AMBER: Final = PatternFill("solid", fgColor="FCE8B2")
_AUTHOR: Final = "Bawaba"


def annotate(
    data: bytes,
    sheet: Sheet,
    rows: Sequence[RosterRow],
    *,
    remarks: str,
    sentences: Mapping[int, Sequence[str]],
    rtl: bool,
) -> bytes:
    """An XLSX with the given content, colours and comments on bad cells, and a last column of remarks headed `remarks`.

    `sentences` gives, for each row number, a sentence for each of its faults. Columns, order and good rows stay. A CSV
    comes back as XLSX: a text cannot carry remarks.
    """
    workbook = _open(data)
    worksheet = _first_with_content(workbook)
    if rtl:
        worksheet.sheet_view.rightToLeft = True
    last = worksheet.max_column + 1
    heading = worksheet.cell(sheet.heading_row, last, remarks)
    heading.font = Font(bold=True)
    worksheet.column_dimensions[heading.column_letter].width = 60
    for row in rows:
        said = sentences.get(row.number, ())
        for fault, sentence in zip(row.faults, said, strict=True):
            place = sheet.columns.places.get(fault.column or "")
            cell = worksheet.cell(row.number, last if place is None else place + 1)
            cell.fill = _RED if fault.severity is Severity.ERROR else _AMBER
            if place is not None:
                cell.comment = Comment(sentence, _AUTHOR, width=320, height=90)
        if said:
            worksheet.cell(row.number, last, "\n".join(dict.fromkeys(said)))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


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
