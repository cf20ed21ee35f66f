"""A roster as a workbook: the delegation's own data under headings that an import reads again."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell


def roster_workbook(headings: Sequence[str], rows: Sequence[Mapping[str, str]], *, rtl: bool) -> bytes:
    """XLSX with every value as text: what begins like a formula stays what somebody wrote."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Bawaba")
    sheet.sheet_view.rightToLeft = rtl
    sheet.append(headings)
    for row in rows:
        sheet.append([_text(sheet, row.get(heading, "")) for heading in headings])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value="".join(char for char in value if char >= " " or char in "\n\t"))
    cell.data_type = "s"
    return cell
