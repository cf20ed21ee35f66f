"""Reading a delegation's spreadsheet.

XLSX or CSV to rows of cells, every bound checked before the content is believed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from services.registration.domain.roster_columns import Columns, recognise
from services.registration.domain.roster_row import Fault
from shared.errors import InvalidError, TooLargeError

FILE_BYTES_MAX: Final = 10 * 1024 * 1024
UNZIPPED_BYTES_MAX: Final = 100 * 1024 * 1024
RATIO_MAX: Final = 200
ROWS_MAX: Final = 12_000
COLUMNS_MAX: Final = 60
CELL_CHARS_MAX: Final = 1_000
PHOTOS_BYTES_MAX: Final = 60 * 1024 * 1024
PHOTO_BYTES_MAX: Final = 8 * 1024 * 1024
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1256", "cp1252")
_SEPARATORS: Final = (",", ";", "\t", "|")
_XLSX_PART: Final = "xl/workbook.xml"
_ARABIC_WORD: Final = re.compile("[\u0621-\u064a]{3}")
_MIXED_WORD: Final = re.compile("[A-Za-z][\u0621-\u064a]|[\u0621-\u064a][A-Za-z]")


@dataclass(eq=False)
class FileTooLargeError(TooLargeError):
    code: ClassVar[str] = "workbook.too_large"

    megabytes: int = FILE_BYTES_MAX // 1024 // 1024


@dataclass(eq=False)
class FileUnreadableError(InvalidError):
    """Neither an XLSX workbook nor a CSV text, whatever its name says."""

    code: ClassVar[str] = "workbook.unreadable"


@dataclass(eq=False)
class FileSuspiciousError(InvalidError):
    """Grows out of all proportion when unpacked, or carries macros."""

    code: ClassVar[str] = "workbook.suspicious"


@dataclass(eq=False)
class TooManyRowsError(TooLargeError):
    code: ClassVar[str] = "workbook.too_many_rows"

    maximum: int = ROWS_MAX


@dataclass(eq=False)
class SheetEmptyError(InvalidError):
    code: ClassVar[str] = "workbook.empty"


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
    if len(data) > FILE_BYTES_MAX:
        raise FileTooLargeError
    rows = _xlsx_rows(data) if data[:4] == b"PK\x03\x04" else csv_rows(data)
    heading: tuple[int, list[object]] | None = None
    columns: Columns | None = None
    found: list[SheetRow] = []
    for number, cells in rows:
        if all(_is_empty(cell) for cell in cells):
            continue
        if columns is None:
            heading, columns = (number, cells), recognise([_plain(cell) for cell in cells])
            continue
        if len(found) >= ROWS_MAX:
            raise TooManyRowsError
        found.append(_sheet_row(number, cells, columns))
    if columns is None or heading is None:
        raise SheetEmptyError
    return Sheet(heading[0], columns, tuple(found))


def open_photos(data: bytes) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """A ZIP and its files by their bare names. Raises FileTooLargeError, FileUnreadableError or FileSuspiciousError."""
    if len(data) > PHOTOS_BYTES_MAX:
        raise FileTooLargeError(PHOTOS_BYTES_MAX // 1024 // 1024)
    archive = _open_zip(data, unzipped_max=2 * PHOTOS_BYTES_MAX)
    photos: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.rsplit("/", 1)[-1]
        if info.is_dir() or not name or name.startswith("."):
            continue
        if info.file_size > PHOTO_BYTES_MAX:
            continue  # its row says that the photo was not sent
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


def csv_rows(data: bytes) -> Iterator[tuple[int, list[object]]]:
    text = _decoded(data)
    # The headings decide on the separator: names hold commas and quotation marks of their own.
    headings = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=headings.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if number > ROWS_MAX * 2:
                raise TooManyRowsError
            cells: list[object] = list(row[:COLUMNS_MAX])
            yield number, cells
    except csv.Error:
        raise FileUnreadableError from None


def _decoded(data: bytes) -> str:
    """The text in the first encoding that fits; UTF-16 only by its mark, Arabic Windows before the western one."""
    if b"\x00" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileUnreadableError
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return _sensible(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadableError


def _sensible(text: str, encoding: str) -> str:
    """Both Windows pages read almost anything. Arabic text has Arabic words; French read as Arabic has single letters
    stuck to Latin ones.
    """
    if encoding == "cp1256" and (not _ARABIC_WORD.search(text) or _MIXED_WORD.search(text)):
        raise UnicodeDecodeError(encoding, b"", 0, 1, "no Arabic text")
    return text


def _sheet_row(number: int, cells: list[object], columns: Columns) -> SheetRow:
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for name, place in columns.places.items():
        cell = cells[place] if place < len(cells) else None
        text = cell if isinstance(cell, str) else ""
        if text.startswith("=") or (cell is not None and type(cell).__name__ in ("ArrayFormula", "DataTableFormula")):
            faults.append(Fault(name, "workbook.formula"))
        elif len(text) > CELL_CHARS_MAX:
            faults.append(Fault(name, "roster.text_too_long", data={"maximum": CELL_CHARS_MAX}))
        else:
            values[name] = _plain(cell)
    return SheetRow(number, values, tuple(faults))


def _plain(cell: object) -> object:
    """Numbers as people typed them: 1234.0 is 1234."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
