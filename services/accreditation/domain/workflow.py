"""The way of a category's dossiers after the automatic checks: its stages and their time limits, as the conference
file has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Review(StrEnum):
    """Who decides on a dossier once its automatic checks are done."""

    AUTOMATIC = "automatic"
    ONE_OFFICER = "one_officer"
    TWO_OFFICERS = "two_officers"


class StageKind(StrEnum):
    """Review and decision are an officer's; screening is an outside authority's."""

    REVIEW = "review"
    SCREENING = "screening"
    DECISION = "decision"


@dataclass(frozen=True)
class Stage:
    """A stage with its time limit. A reminder comes `remind_hours` before the limit; past it the dossier escalates."""

    kind: StageKind
    hours: int = 72
    remind_hours: int = 24


@dataclass(frozen=True)
class TimeLimit:
    """When a dossier's stage is to be done, and when to remind of it; both aware UTC."""

    due: datetime
    remind_at: datetime


@dataclass(frozen=True)
class Workflow:
    """`stages` in their order; the last one is an officer's, and an approval there is the decision."""

    review: Review
    stages: tuple[Stage, ...] = (Stage(StageKind.REVIEW),)

    def after(self, kind: StageKind | None) -> Stage | None:
        """The stage that follows, the first one for None; None at the end.

        A stage that the conference file has dropped meanwhile leads to the last one.
        """
        if kind is None:
            return self.stages[0]
        kinds = [stage.kind for stage in self.stages]
        if kind not in kinds:
            return None
        following = kinds.index(kind) + 1
        return self.stages[following] if following < len(self.stages) else None

    @property
    def is_automatic(self) -> bool:
        return self.review is Review.AUTOMATIC

    @property
    def needs_two(self) -> bool:
        return self.review is Review.TWO_OFFICERS


def limit_of(stage: Stage, entered: datetime) -> TimeLimit:
    due = entered + timedelta(hours=stage.hours)
    return TimeLimit(due, max(entered, due - timedelta(hours=stage.remind_hours)))


def released_at(at: datetime, every_minutes: int) -> datetime:
    """When the delegation is told of a rejection: at the next full period.

    With a period, how long an officer took says nothing of why; with 0 it is told at once.
    """
    if every_minutes <= 0:
        return at
    period = timedelta(minutes=every_minutes)
    return _EPOCH + -((_EPOCH - at) // period) * period
