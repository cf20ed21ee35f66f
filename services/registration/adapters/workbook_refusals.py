"""What a file of a delegation is refused for before its rows are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from shared.errors import InvalidError, TooLargeError

FILE_MEGABYTES_MAX: Final = 10
ROWS_MAX: Final = 12_000


@dataclass(eq=False)
class FileTooLargeError(TooLargeError):
    code: ClassVar[str] = "workbook.too_large"

    megabytes: int = FILE_MEGABYTES_MAX


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
