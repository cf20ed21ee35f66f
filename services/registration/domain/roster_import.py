"""An import.

A file that was checked and may be committed. Its contents are sealed elsewhere; this is what may be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from services.registration.domain.roster_row import Fault


class ImportState(StrEnum):
    CHECKED = "checked"
    COMMITTED = "committed"


@dataclass(frozen=True)
class RowFault:
    """A fault at its place: row in the sheet, cell address if it has one."""

    row: int
    cell: str | None
    fault: Fault


@dataclass(frozen=True)
class ImportResult:
    """What a commit did, in rows."""

    registered: int
    corrected: int
    unchanged: int
    left_behind: int


@dataclass(frozen=True)
class RosterImport:
    """`faults` is bounded; the annotated workbook has them all."""

    import_id: str
    delegation: str
    language: str
    state: ImportState
    rows: int
    good: int
    faults: tuple[RowFault, ...]
    unknown_columns: tuple[str, ...]
    result: ImportResult | None = None

    @property
    def bad(self) -> int:
        return self.rows - self.good

    def committed(self, result: ImportResult) -> RosterImport:
        return replace(self, state=ImportState.COMMITTED, result=result)
