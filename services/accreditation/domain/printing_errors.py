"""What is refused about print jobs, and about the layouts that they draw by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import BawabaError, ConflictError, InvalidError, NotFoundError, NotPermittedError


@dataclass(eq=False)
class PrintJobNotFoundError(NotFoundError):
    """Absent, another account's, or over its lifetime: the answer is the same."""

    code: ClassVar[str] = "accreditation.print_job_not_found"


@dataclass(eq=False)
class NothingToPrintError(ConflictError):
    code: ClassVar[str] = "accreditation.nothing_to_print"


@dataclass(eq=False)
class PrintJobNotReadyError(ConflictError):
    """It is being drawn, or broke off; `state` says which."""

    code: ClassVar[str] = "accreditation.print_job_not_ready"

    state: str = ""


@dataclass(eq=False)
class PageNotThereError(InvalidError):
    """The file has fewer pages."""

    code: ClassVar[str] = "accreditation.page_not_there"

    page: int = 0


class BadgeUndrawableError(BawabaError):
    """One badge of a file cannot be drawn, and no other attempt will; the others can. `code` says why."""

    code: ClassVar[str] = "accreditation.badge_undrawable"


@dataclass(eq=False)
class PrintKeyWrongError(NotPermittedError):
    """The key does not open this file: it was given once, to who asked for the job."""

    code: ClassVar[str] = "accreditation.print_key_wrong"


@dataclass(eq=False)
class LayoutNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.layout_not_found"


@dataclass(eq=False)
class LayoutInvalidError(InvalidError):
    """The file is no layout, or one whose badges could not be used; the layout in force stays.

    `faults` holds places in the file with the code of what is wrong there, 50 at most; no value of the file.
    """

    code: ClassVar[str] = "accreditation.layout_invalid"

    faults: tuple[tuple[str, str], ...] = ()
