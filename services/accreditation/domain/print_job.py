"""A print job: some badges drawn into one file, part by part, by whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final


class PrintState(StrEnum):
    DRAWING = "drawing"
    READY = "ready"
    BROKEN_OFF = "broken_off"


class Sheet(StrEnum):
    """What is printed on: A6 on both sides, A4 with four to be cut, or a plastic card of ISO/IEC 7810 ID-1."""

    A6 = "a6"
    A4 = "a4"
    CARD = "card"


LeftOut = tuple[tuple[str, str], ...]
"""Printed numbers with the code of why that badge is not in the file."""
SIDES: Final = 2


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
    left_out: LeftOut = ()
    sheet: Sheet = Sheet.A6
    badge_ids: tuple[str, ...] = ()
    are_blanks: bool = False

    def last_pages(self, numbers: Mapping[str, str], part: int) -> Iterator[tuple[str, int]]:
        """Each badge that was drawn, with the last page that it stands on, counted from 1.

        `numbers` are the printed numbers by badge id; a part's badges begin on a sheet of their own.
        """
        left_out = {number for number, _ in self.left_out}
        before = 0
        for start in range(0, len(self.badge_ids), part):
            of_part = self.badge_ids[start : start + part]
            drawn = [badge for badge in of_part if badge in numbers and numbers[badge] not in left_out]
            for place, badge in enumerate(drawn):
                yield badge, before + self.pages_of(place + 1)
            before += self.pages_of(len(drawn))

    def pages_of(self, badges: int) -> int:
        """How many pages so many badges fill, backs too."""
        a_sheet = 4 if self.sheet is Sheet.A4 else 1
        return SIDES * -(-badges // a_sheet)

    def drawn(self, badges: int, left_out: LeftOut) -> PrintJob:
        """After another part; the last one makes the file ready."""
        done = self.done + badges
        state = PrintState.READY if done >= self.total else PrintState.DRAWING
        return replace(self, done=done, left_out=(*self.left_out, *left_out), state=state)

    def resumed(self) -> PrintJob:
        return replace(self, state=PrintState.DRAWING)

    def broken_off(self) -> PrintJob:
        return replace(self, state=PrintState.BROKEN_OFF)
