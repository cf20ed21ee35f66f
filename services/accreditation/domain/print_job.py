"""A print job: some badges drawn into one file, part by part, by whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class PrintState(StrEnum):
    DRAWING = "drawing"
    READY = "ready"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True)
class PrintJob:
    """`delegation` is None for everybody. `left_out` are badges that could not be drawn, with the code of why."""

    job_id: str
    account_id: str
    delegation: str | None
    total: int
    asked_at: datetime
    done: int = 0
    state: PrintState = PrintState.DRAWING
    left_out: tuple[tuple[str, str], ...] = ()

    def drawn(self, badges: int, left_out: tuple[tuple[str, str], ...]) -> PrintJob:
        """After another part; the last one makes the file ready."""
        done = self.done + badges
        state = PrintState.READY if done >= self.total else PrintState.DRAWING
        return replace(self, done=done, left_out=(*self.left_out, *left_out), state=state)

    def broken_off(self) -> PrintJob:
        return replace(self, state=PrintState.BROKEN_OFF)
