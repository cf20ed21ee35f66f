"""A print job: some badges drawn into one file, part by part, by whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class PrintState(StrEnum):
    DRAWING = "drawing"
    READY = "ready"
    BROKEN_OFF = "broken_off"


class Sheet(StrEnum):
    """What is printed on: A6 on both sides, A4 with four to be cut, or a plastic card of ISO/IEC 7810 ID-1."""

    A6 = "a6"
    A4 = "a4"
    CARD = "card"


@dataclass(frozen=True)
class PrintJob:
    """`delegation` is None for everybody. `badge_ids` are what is drawn, in order; a job goes on at `done`.

    `left_out` are badges that could not be drawn, with the code of why.
    """

    job_id: str
    account_id: str
    delegation: str | None
    total: int
    asked_at: datetime
    done: int = 0
    state: PrintState = PrintState.DRAWING
    left_out: tuple[tuple[str, str], ...] = ()
    sheet: Sheet = Sheet.A6
    badge_ids: tuple[str, ...] = ()
    are_blanks: bool = False

    def drawn(self, badges: int, left_out: tuple[tuple[str, str], ...]) -> PrintJob:
        """After another part; the last one makes the file ready."""
        done = self.done + badges
        state = PrintState.READY if done >= self.total else PrintState.DRAWING
        return replace(self, done=done, left_out=(*self.left_out, *left_out), state=state)

    def resumed(self) -> PrintJob:
        return replace(self, state=PrintState.DRAWING)

    def broken_off(self) -> PrintJob:
        return replace(self, state=PrintState.BROKEN_OFF)
