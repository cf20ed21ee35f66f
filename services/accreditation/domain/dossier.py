"""A dossier: one participant's way from the automatic checks to a decision.

    checking → in_review → (awaiting_second_officer) → approved
             ↘ approved    ↘ returned, rejected           ↘ rejected
    A correction leads from any state but withdrawn back to checking; a withdrawal leads out of every state, and a
    new submission back in.

Each step answers the dossier as it is then and the events that tell of it; nothing here is changed in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.accreditation.domain.checks import Check
from services.accreditation.domain.conference_rules import Review
from services.accreditation.domain.errors import DossierStateError, SamePersonError
from services.accreditation.domain.events import (
    DossierChecked,
    DossierEvent,
    ParticipantApproved,
    ParticipantRejected,
    ParticipantReturned,
    SecondOfficerRequired,
    Subject,
)


class DossierState(StrEnum):
    CHECKING = "checking"
    IN_REVIEW = "in_review"
    AWAITING_SECOND_OFFICER = "awaiting_second_officer"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


WAITING: Final = (DossierState.IN_REVIEW, DossierState.AWAITING_SECOND_OFFICER)
_REJECTABLE: Final = (*WAITING, DossierState.APPROVED, DossierState.RETURNED)


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


Decided = tuple["Dossier", tuple[DossierEvent, ...]]


@dataclass(frozen=True)
class Dossier:
    """`since` is when the dossier came into its state; `version` counts what was written of it, 0 for a new one."""

    subject: Subject
    submission: Submission
    state: DossierState
    since: datetime
    checks: tuple[Check, ...] = ()
    approvals: tuple[Approval, ...] = ()
    releasable_code: str | None = None
    returned_fields: tuple[str, ...] = ()
    version: int = 0

    @classmethod
    def open(cls, subject: Subject, submission: Submission, at: datetime) -> Dossier:
        return cls(subject, submission, DossierState.CHECKING, at)

    @property
    def participant_id(self) -> str:
        return self.subject.participant_id

    @property
    def attention(self) -> int:
        """How many checks ask for an officer's eyes."""
        return sum(not check.passed for check in self.checks)

    def resubmitted(self, submission: Submission, at: datetime) -> Dossier:
        """Back to the checks with what was submitted; earlier approvals were of something else and are void."""
        return replace(
            self,
            submission=submission,
            state=DossierState.CHECKING,
            since=at,
            checks=(),
            approvals=(),
            releasable_code=None,
            returned_fields=(),
        )

    def checked(self, checks: Sequence[Check], review: Review, at: datetime) -> Decided:
        """Take the checks' outcome: to an officer, or approved at once where the category decides automatically."""
        self._require(DossierState.CHECKING)
        told = DossierChecked(self.subject, self.submission.category, self.submission.revision, tuple(checks))
        reviewed = replace(self, checks=tuple(checks), state=DossierState.IN_REVIEW, since=at)
        if review is Review.AUTOMATIC and reviewed.attention == 0:
            approved, events = reviewed._approved(at, automatic=True)
            return approved, (told, *events)
        return reviewed, (told,)

    def approve(self, officer: Officer, review: Review, at: datetime) -> Decided:
        """Approve, or record the first of two yeses.

        Raises DossierStateError, and SamePersonError when both yeses would be one person's.
        """
        self._require(*WAITING)
        if any(approval.officer.person_id == officer.person_id for approval in self.approvals):
            raise SamePersonError
        noted = replace(self, approvals=(*self.approvals, Approval(officer, at)))
        if review is Review.TWO_OFFICERS and len(noted.approvals) < 2:
            awaiting = replace(noted, state=DossierState.AWAITING_SECOND_OFFICER, since=at)
            return awaiting, (SecondOfficerRequired(self.subject, self.submission.category),)
        return noted._approved(at, automatic=False)

    def reject(self, releasable_code: str, at: datetime) -> Decided:
        """Reject, also what was approved before. Raises DossierStateError."""
        self._require(*_REJECTABLE)
        rejected = replace(self, state=DossierState.REJECTED, since=at, releasable_code=releasable_code)
        return rejected, (ParticipantRejected(self.subject, self.submission.category, releasable_code),)

    def return_for_correction(self, fields: Sequence[str], at: datetime) -> Decided:
        """Back to the delegation, naming the fields to correct. Raises DossierStateError."""
        self._require(*WAITING)
        returned = replace(
            self, state=DossierState.RETURNED, since=at, approvals=(), returned_fields=tuple(dict.fromkeys(fields))
        )
        return returned, (ParticipantReturned(self.subject, self.submission.category, returned.returned_fields),)

    def withdrawn(self, at: datetime) -> Dossier:
        """The participant will not come; registration has told that already."""
        return replace(self, state=DossierState.WITHDRAWN, since=at, approvals=())

    def _approved(self, at: datetime, *, automatic: bool) -> Decided:
        approved = replace(self, state=DossierState.APPROVED, since=at)
        return approved, (ParticipantApproved(self.subject, self.submission.category, automatic),)

    def _require(self, *states: DossierState) -> None:
        if self.state not in states:
            raise DossierStateError(self.state.value)
