"""A dossier: from automatic checks through review to a decision, by one officer or two different people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from services.accreditation.domain.checks import Check, Outcome
from services.accreditation.domain.errors import NotInReviewError, SamePersonError


class State(StrEnum):
    IN_REVIEW = "in_review"
    AWAITING_SECOND_OFFICER = "awaiting_second_officer"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Review(StrEnum):
    AUTOMATIC = "automatic"
    ONE_OFFICER = "one_officer"
    TWO_OFFICERS = "two_officers"


@dataclass(frozen=True)
class Checked:
    """Domain event: the automatic checks ran."""

    dossier: Dossier


@dataclass(frozen=True)
class SecondOfficerAsked:
    """Domain event: one officer approved, a second must."""

    dossier: Dossier


@dataclass(frozen=True)
class Approved:
    """Domain event."""

    dossier: Dossier
    automatic: bool


@dataclass(frozen=True)
class Rejected:
    """Domain event; the releasable code is all that leaves accreditation."""

    dossier: Dossier
    releasable_code: str


@dataclass(frozen=True)
class Returned:
    """Domain event: back to the delegation for correction of these fields."""

    dossier: Dossier
    fields: tuple[str, ...]


DossierEvent = Checked | SecondOfficerAsked | Approved | Rejected | Returned


@dataclass(frozen=True)
class Dossier:
    """One participant's way to a decision. `first_officer` is the person who approved first, where two must.

    `version` counts changes, for optimistic writing. Decisions answer the dossier after it with the event to tell.
    """

    participant_id: str
    conference_id: str
    delegation: str
    category: str
    revision: int
    review: Review
    checks: tuple[Check, ...]
    state: State = State.IN_REVIEW
    first_officer: str | None = None
    version: int = 1

    @property
    def needs_attention(self) -> bool:
        return any(check.outcome is Outcome.ATTENTION for check in self.checks)

    def opened(self) -> tuple[Dossier, list[DossierEvent]]:
        """As it begins: a category decided automatically is approved at once when every check passed."""
        events: list[DossierEvent] = [Checked(self)]
        if self.review is Review.AUTOMATIC and not self.needs_attention:
            approved = replace(self, state=State.APPROVED)
            return approved, [*events, Approved(approved, automatic=True)]
        return self, events

    def rechecked(self, *, category: str, revision: int, review: Review, checks: tuple[Check, ...]) -> Dossier:
        """After a correction by the delegation everything is looked at again, also what was decided before."""
        return replace(
            self,
            category=category,
            revision=revision,
            review=review,
            checks=checks,
            state=State.IN_REVIEW,
            first_officer=None,
            version=self.version + 1,
        )

    def approve(self, officer: str) -> tuple[Dossier, DossierEvent]:
        """Approve by this person. Raises NotInReviewError, SamePersonError."""
        self._require_open()
        if self.review is Review.TWO_OFFICERS and self.state is State.IN_REVIEW:
            asked = replace(self, state=State.AWAITING_SECOND_OFFICER, first_officer=officer, version=self.version + 1)
            return asked, SecondOfficerAsked(asked)
        if self.first_officer == officer:
            raise SamePersonError
        approved = replace(self, state=State.APPROVED, version=self.version + 1)
        return approved, Approved(approved, automatic=False)

    def reject(self, releasable_code: str) -> tuple[Dossier, DossierEvent]:
        """Reject; also after an approval, which then kills the badge. Raises NotInReviewError."""
        if self.state is not State.APPROVED:
            self._require_open()
        rejected = replace(self, state=State.REJECTED, version=self.version + 1)
        return rejected, Rejected(rejected, releasable_code)

    def send_back(self, fields: tuple[str, ...]) -> tuple[Dossier, DossierEvent]:
        """Return to the delegation for correction. Raises NotInReviewError."""
        self._require_open()
        returned = replace(self, state=State.RETURNED, first_officer=None, version=self.version + 1)
        return returned, Returned(returned, fields)

    def withdrawn(self) -> Dossier:
        return replace(self, state=State.WITHDRAWN, version=self.version + 1)

    def _require_open(self) -> None:
        if self.state not in (State.IN_REVIEW, State.AWAITING_SECOND_OFFICER):
            raise NotInReviewError(self.state.value)
