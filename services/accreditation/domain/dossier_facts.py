"""What a dossier is made of: its states, its risk, who decided and what was submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final


class DossierState(StrEnum):
    CHECKING = "checking"
    IN_REVIEW = "in_review"
    IN_SCREENING = "in_screening"
    AWAITING_SECOND_OFFICER = "awaiting_second_officer"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


WAITING: Final = (DossierState.IN_REVIEW, DossierState.AWAITING_SECOND_OFFICER)


class Risk(IntEnum):
    """What the queue is ordered by first."""

    NONE = 0
    FINDING = 1
    CLEARED_HIT = 2
    HIT = 3


@dataclass(frozen=True)
class Officer:
    """Who decides: an account, and the person behind it."""

    account_id: str
    person_id: str


@dataclass(frozen=True)
class Approval:
    """One officer's yes to one revision."""

    officer: Officer
    at: datetime


@dataclass(frozen=True)
class Submission:
    """What the delegation submitted, by reference: `revision` counts what the vault holds of the participant."""

    category: str
    revision: int
    has_photo: bool


@dataclass(frozen=True)
class ScreeningResult:
    """What the outside authority answered; why is its own affair."""

    clear: bool
    by: Officer
    at: datetime


@dataclass(frozen=True)
class LastStep:
    """Who did what last, for whoever comes second."""

    action: str
    by: str
    at: datetime
