"""A waiver: places over the quota that a delegation asks for, granted in whole or part, or refused, by an officer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from shared.errors import ConflictError, InvalidError

PLACES_MAX: Final = 500


class WaiverState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(eq=False)
class WaiverDecidedError(ConflictError):
    """Somebody decided on this waiver already; a later wish is another waiver."""

    code: ClassVar[str] = "registration.waiver_decided"


@dataclass(eq=False)
class WaiverPlacesError(InvalidError):
    """More places granted than were asked for, or none."""

    code: ClassVar[str] = "registration.waiver_places"

    asked: int
    field: str = "places"


@dataclass(frozen=True)
class Waiver:
    """`reason` and `answer` are ids of sealed texts. `granted` counts places, and is 0 until it is decided.

    `note_id` is the note verbale that it was asked on, if there is one.
    """

    waiver_id: str
    delegation: str
    category: str
    places: int
    asked_by: str
    asked_at: datetime
    reason: str | None = None
    state: WaiverState = WaiverState.ASKED
    granted: int = 0
    decided_by: str | None = None
    decided_at: datetime | None = None
    answer: str | None = None
    note_id: str | None = None

    def granted_by(self, officer: str, places: int, answer: str | None, at: datetime) -> Waiver:
        """Raises WaiverDecidedError, WaiverPlacesError."""
        self._require_open()
        if not 1 <= places <= self.places:
            raise WaiverPlacesError(self.places)
        return replace(
            self, state=WaiverState.GRANTED, granted=places, decided_by=officer, decided_at=at, answer=answer
        )

    def refused_by(self, officer: str, answer: str | None, at: datetime) -> Waiver:
        """Raises WaiverDecidedError."""
        self._require_open()
        return replace(self, state=WaiverState.REFUSED, decided_by=officer, decided_at=at, answer=answer)

    def _require_open(self) -> None:
        if self.state is not WaiverState.ASKED:
            raise WaiverDecidedError
