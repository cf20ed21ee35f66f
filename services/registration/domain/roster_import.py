"""An import: a file that is checked dry, and then registered when its delegation says so, both step by step.

Its contents are sealed elsewhere; this is what may be seen. A step's outcome and how far the import has come are one
commit, so that whoever goes on after a crash finds neither a row that is done twice nor one that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from services.registration.domain.roster_row import Fault
from shared.errors import ConflictError, Refusal


class ImportState(StrEnum):
    """`stopped` is an import that was being registered and could not go on; asking again goes on from there."""

    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    COMMITTING = "committing"
    COMMITTED = "committed"
    STOPPED = "stopped"


class Phase(StrEnum):
    READING = "reading"
    PHOTOS = "photos"
    COMPARING = "comparing"
    MARKING = "marking"
    REGISTERING = "registering"


@dataclass(eq=False)
class ImportNotCheckedError(ConflictError):
    """Only what was checked can be registered: this is being checked still, or cannot be read."""

    code: ClassVar[str] = "registration.import_not_checked"


@dataclass(frozen=True)
class RowFault:
    """A fault at its place: row in the sheet, cell address if it has one."""

    row: int
    cell: str | None
    fault: Fault


@dataclass(frozen=True)
class ImportResult:
    """What a commit did, in rows."""

    registered: int = 0
    corrected: int = 0
    unchanged: int = 0
    left_behind: int = 0

    @property
    def rows(self) -> int:
        return self.registered + self.corrected + self.unchanged + self.left_behind

    def plus(self, other: ImportResult) -> ImportResult:
        return ImportResult(
            self.registered + other.registered,
            self.corrected + other.corrected,
            self.unchanged + other.unchanged,
            self.left_behind + other.left_behind,
        )


@dataclass(frozen=True)
class Outlook:
    """What the good rows of a dry run would do: make somebody new, change somebody, or nothing."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Progress:
    """How far the present phase is: `done` of `of`; an `of` of 0 means that nobody can tell."""

    phase: Phase
    done: int = 0
    of: int = 0


@dataclass(frozen=True)
class CommitOrder:
    """Who wants the rows registered, on which note verbale, and the command that every event has as its cause.

    `last_row` is the last row of the sheet that is done.
    """

    by: str
    command_id: str
    correlation_id: str
    traceparent: str | None
    note_id: str | None = None
    last_row: int = 0


@dataclass(frozen=True)
class WhyNot:
    """A refusal that ended a step, to be said later in the reader's language."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, refusal: Refusal) -> WhyNot:
        return cls(refusal.code, refusal.data)


@dataclass(frozen=True)
class RosterImport:
    """`faults` is bounded; the annotated workbook has them all. `bad_photos` are the rows whose photo does not do;
    `result` grows while rows are registered.
    """

    import_id: str
    delegation: str
    language: str
    asked_at: datetime
    state: ImportState = ImportState.CHECKING
    rows: int = 0
    good: int = 0
    faults: tuple[RowFault, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    bad_photos: tuple[int, ...] = ()
    progress: Progress | None = Progress(Phase.READING)
    why_not: WhyNot | None = None
    order: CommitOrder | None = None
    result: ImportResult = ImportResult()
    outlook: Outlook | None = None

    @property
    def bad(self) -> int:
        return self.rows - self.good

    @property
    def is_under_way(self) -> bool:
        return self.state in (ImportState.CHECKING, ImportState.COMMITTING)

    def checked(
        self,
        *,
        rows: int,
        good: int,
        faults: tuple[RowFault, ...],
        unknown_columns: tuple[str, ...],
        bad_photos: tuple[int, ...],
        outlook: Outlook,
    ) -> RosterImport:
        return replace(
            self,
            state=ImportState.CHECKED,
            rows=rows,
            good=good,
            faults=faults,
            unknown_columns=unknown_columns,
            bad_photos=bad_photos,
            outlook=outlook,
            progress=None,
        )

    def refused(self, why_not: WhyNot) -> RosterImport:
        """The file cannot be read, or its rows cannot be registered any further."""
        state = ImportState.STOPPED if self.state is ImportState.COMMITTING else ImportState.REFUSED
        return replace(self, state=state, why_not=why_not, progress=None)

    def ordered(self, order: CommitOrder) -> RosterImport:
        """To be registered; one that stopped goes on behind its last row. Raises ImportNotCheckedError."""
        if self.state in (ImportState.COMMITTING, ImportState.COMMITTED):
            return self
        if self.state not in (ImportState.CHECKED, ImportState.STOPPED):
            raise ImportNotCheckedError
        last_row = self.order.last_row if self.order else 0
        return replace(
            self,
            state=ImportState.COMMITTING,
            order=replace(order, last_row=last_row),
            progress=Progress(Phase.REGISTERING, self.result.rows, self.good),
            why_not=None,
        )

    def went_on(self, to_row: int, done: ImportResult, *, left: int) -> RosterImport:
        """With some rows more, `left` to go."""
        assert self.order is not None, "only what was ordered goes on"
        result = self.result.plus(done)
        return replace(
            self,
            order=replace(self.order, last_row=to_row),
            progress=Progress(Phase.REGISTERING, result.rows, result.rows + left),
            result=result,
        )

    def committed(self) -> RosterImport:
        """All is done; what is neither registered nor unchanged stayed behind."""
        rest = self.rows - self.result.rows
        return replace(
            self,
            state=ImportState.COMMITTED,
            progress=None,
            result=replace(self.result, left_behind=self.result.left_behind + rest),
        )
