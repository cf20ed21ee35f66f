"""Reading a delegation's spreadsheet.

XLSX or CSV to rows of cells, every bound checked before the content is believed.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from services.registration.adapters.csv_text import csv_rows
from services.registration.adapters.workbook_refusals import (
    FILE_MEGABYTES_MAX,
    ROWS_MAX,
    FileSuspiciousError,
    FileTooLargeError,
    FileUnreadableError,
    SheetEmptyError,
    TooManyRowsError,
)
from services.registration.domain.roster_columns import ColumnMissingError, Columns, count_known, recognise
from services.registration.domain.roster_row import Fault

UNZIPPED_BYTES_MAX: Final = 100 * 1024 * 1024
RATIO_MAX: Final = 200
COLUMNS_MAX: Final = 60
CELL_CHARS_MAX: Final = 1_000
PHOTOS_MEGABYTES_MAX: Final = 60
_XLSX_PART: Final = "xl/workbook.xml"
HEADING_WITHIN: Final = 10


@dataclass(frozen=True)
class SheetRow:
    """A row by its number in the sheet (the first is 1), its known cells, and what was wrong with reading them."""

    number: int
    cells: dict[str, object]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Sheet:
    """What was read: where the heading row is, its columns, and the rows that are not empty."""

    heading_row: int
    columns: Columns
    rows: tuple[SheetRow, ...]


def read_sheet(data: bytes) -> Sheet:
    """Read the first sheet that has content. Raises the refusals above and ColumnMissingError.

    Formulas are never evaluated: a formula is a fault of its cell. Works in one thread and takes a while for
    thousands of rows, so the caller runs it in a worker process.
    """
    if len(data) > FILE_MEGABYTES_MAX * 1024 * 1024:
        raise FileTooLargeError
    rows = _xlsx_rows(data) if data[:4] == b"PK\x03\x04" else csv_rows(data)
    filled = ((number, cells) for number, cells in rows if not all(_is_empty(cell) for cell in cells))
    above = list(itertools.islice(filled, HEADING_WITHIN))
    place, columns = _heading(above)
    found: list[SheetRow] = []
    for number, cells in itertools.chain(above[place + 1 :], filled):
        if len(found) >= ROWS_MAX:
            raise TooManyRowsError
        found.append(_sheet_row(number, cells, columns))
    return Sheet(above[place][0], columns, tuple(found))


def _heading(rows: Sequence[tuple[int, Sequence[object]]]) -> tuple[int, Columns]:
    """Which of the first rows has the headings, titles standing above them, and its columns.

    Raises SheetEmptyError, and what the row lacks that has the most headings.
    """
    if not rows:
        raise SheetEmptyError
    headings = [[_plain(cell) for cell in cells] for _, cells in rows]
    for place, cells in enumerate(headings):
        with contextlib.suppress(ColumnMissingError):
            return place, recognise(cells)
    return 0, recognise(max(headings, key=count_known))


def open_photos(data: bytes) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """A ZIP and its files by their bare names. Raises FileTooLargeError, FileUnreadableError or FileSuspiciousError."""
    if len(data) > PHOTOS_MEGABYTES_MAX * 1024 * 1024:
        raise FileTooLargeError(PHOTOS_MEGABYTES_MAX)
    archive = _open_zip(data, unzipped_max=2 * PHOTOS_MEGABYTES_MAX * 1024 * 1024)
    photos: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.rsplit("/", 1)[-1]
        if info.is_dir() or not name or name.startswith("."):
            continue
        photos[name] = info
    return archive, photos


def _open_zip(data: bytes, *, unzipped_max: int) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise FileUnreadableError from None
    unzipped = sum(info.file_size for info in archive.infolist())
    if unzipped > unzipped_max or len(archive.infolist()) > 20_000:
        raise FileSuspiciousError
    if any(info.file_size > RATIO_MAX * max(info.compress_size, 1) + 1_000_000 for info in archive.infolist()):
        raise FileSuspiciousError
    return archive


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, list[object]]]:
    with _open_zip(data, unzipped_max=UNZIPPED_BYTES_MAX) as archive:
        names = set(archive.namelist())
        if _XLSX_PART not in names:
            raise FileUnreadableError
        if any(name.endswith("vbaProject.bin") for name in names):
            raise FileSuspiciousError
    try:
        # openpyxl parses with defusedxml where that is installed, as it is here: entities are refused.
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception:
        raise FileUnreadableError from None
    try:
        for sheet in workbook.worksheets[:5]:
            rows = list(_worksheet_rows(sheet))
            if rows:
                yield from rows
                return
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise FileUnreadableError from None
    finally:
        workbook.close()


def _worksheet_rows(sheet: Any) -> Iterator[tuple[int, list[object]]]:
    if isinstance(sheet, ReadOnlyWorksheet):
        sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True), start=1):
        if number > ROWS_MAX * 2:
            raise TooManyRowsError
        if any(value is not None for value in row):
            yield number, list(row)


def _sheet_row(number: int, cells: list[object], columns: Columns) -> SheetRow:
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for name, place in columns.places.items():
        parts = [cells[at] if at < len(cells) else None for at in columns.joined.get(name, (place,))]
        if any(_is_formula(cell) for cell in parts):
            faults.append(Fault(name, "workbook.formula"))
        elif any(isinstance(cell, str) and len(cell) > CELL_CHARS_MAX for cell in parts):
            faults.append(Fault(name, "roster.text_too_long", data={"maximum": CELL_CHARS_MAX}))
        elif len(parts) == 1:
            values[name] = _plain(parts[0])
        else:
            values[name] = " ".join(str(_plain(cell)).strip() for cell in parts if not _is_empty(cell))
    return SheetRow(number, values, tuple(faults))


def _is_formula(cell: object) -> bool:
    return (isinstance(cell, str) and cell.startswith("=")) or type(cell).__name__ in (
        "ArrayFormula",
        "DataTableFormula",
    )


def _plain(cell: object) -> object:
    """Numbers as people typed them: 1234.0 is 1234."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
