"""A participant as registration keeps it: references, states and keyed fingerprints, no personal value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, Final

from shared.errors import ConflictError
from shared.field_remarks import FieldRemark, answered


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUBSTITUTED = "substituted"


GONE: Final = frozenset({State.WITHDRAWN, State.SUBSTITUTED})


class BadgeStatus(StrEnum):
    NONE = "none"
    PREPARED = "prepared"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def is_in_force(self) -> bool:
        """Handed out: to the delegation or to its holder."""
        return self in (BadgeStatus.ISSUED, BadgeStatus.ACTIVE, BadgeStatus.SUSPENDED)


@dataclass(eq=False)
class AlreadyWithdrawnError(ConflictError):
    code: ClassVar[str] = "registration.already_withdrawn"


@dataclass(eq=False)
class NotADraftError(ConflictError):
    """Only what was never submitted can be saved as a draft or thrown away; what was is corrected or withdrawn."""

    code: ClassVar[str] = "registration.not_a_draft"


@dataclass(eq=False)
class CannotSubstituteError(ConflictError):
    """Who takes a place is a draft of the same category; who gives it was submitted and has not gone already."""

    code: ClassVar[str] = "registration.cannot_substitute"


@dataclass(frozen=True)
class Submitted:
    """Domain event: a participant was submitted."""

    participant: Participant


@dataclass(frozen=True)
class Corrected:
    """Domain event: fields of a submitted participant changed; `answers` are sealed texts to remarks, by field."""

    participant: Participant
    fields: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Withdrawn:
    """Domain event: the participant will not come."""

    participant: Participant


@dataclass(frozen=True)
class Erased:
    """Domain event: all that was known of the participant is destroyed by this erasure."""

    participant: Participant
    erasure_id: str


@dataclass(frozen=True)
class Participant:
    """`identity` and `fingerprints` are keyed: they say whether something is the same, never what it is.

    `revision` counts what was submitted, and is 0 for a draft; `edition` counts what the delegation wrote, `version`
    every change of this record, for optimistic writing. `form_version` is the form it was filled in by.
    `returned_fields` and the sealed text `remark` are what an officer asks to correct, `remarks` what is asked of
    single fields and, once it was submitted again, what was answered; `releasable_code` is why somebody was rejected,
    as far as the delegation may know. `badge_id` is whose state `badge` tells.
    """

    participant_id: str
    conference_id: str
    delegation: str
    category: str
    identity: str
    fingerprints: Mapping[str, str]
    state: State = State.SUBMITTED
    badge: BadgeStatus = BadgeStatus.NONE
    revision: int = 1
    version: int = 1
    edition: int = 1
    form_version: int = 1
    precedence: int | None = None
    substitutes: str | None = None
    substituted_by: str | None = None
    returned_fields: tuple[str, ...] = ()
    remark: str | None = None
    remarks: tuple[FieldRemark, ...] = ()
    releasable_code: str | None = None
    walk_up: bool = False
    badge_id: str | None = None

    @property
    def has_photo(self) -> bool:
        return "photo" in self.fingerprints

    @property
    def holds_place(self) -> bool:
        return self.state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED)

    @property
    def can_be_substituted(self) -> bool:
        """Whoever holds a place, and whoever was rejected: the delegation may send somebody else."""
        return self.holds_place or self.state is State.REJECTED

    def changed_fields(self, category: str, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        """Which fields differ in what is submitted now, by name."""
        names = sorted(set(self.fingerprints) | set(fingerprints))
        changed = [name for name in names if self.fingerprints.get(name) != fingerprints.get(name)]
        return tuple(["category"] * (category != self.category) + changed)

    def drafted(self, category: str, fingerprints: Mapping[str, str], precedence: int | None) -> Participant:
        """As saved again before it is submitted. Raises NotADraftError."""
        if self.state is not State.DRAFT:
            raise NotADraftError
        return replace(
            self,
            category=category,
            fingerprints=dict(fingerprints),
            precedence=precedence,
            version=self.version + 1,
            edition=self.edition + 1,
        )

    @property
    def gives_nationality_reason(self) -> bool:
        """Whether the focal point gave a reason for another nationality than the delegation's."""
        return "nationality_reason" in self.fingerprints

    def corrected(
        self,
        category: str,
        fingerprints: Mapping[str, str],
        *,
        form_version: int | None = None,
        answers: Mapping[str, str] | None = None,
        identity: str | None = None,
    ) -> Participant:
        """As submitted, or submitted again, with these contents; what was remarked on them before is settled.

        `answers` are sealed texts to the remarks on single fields, `identity` the new one, None where it stays.
        """
        changed = self.changed_fields(category, fingerprints)
        return replace(
            self,
            category=category,
            identity=identity or self.identity,
            fingerprints=dict(fingerprints),
            state=State.SUBMITTED,
            revision=self.revision + 1,
            version=self.version + 1,
            edition=self.edition + 1,
            form_version=form_version or self.form_version,
            returned_fields=(),
            remark=None,
            remarks=answered(self.remarks, changed, answers or {}),
            releasable_code=None,
            substituted_by=None,
        )

    def withdrawn(self) -> Participant:
        """Raises AlreadyWithdrawnError, and NotADraftError for a draft, which nobody else ever heard of."""
        if self.state in GONE:
            raise AlreadyWithdrawnError
        if self.state is State.DRAFT:
            raise NotADraftError
        return replace(self, state=State.WITHDRAWN, version=self.version + 1)

    def erased(self) -> Participant:
        """Without anything that was made from the person's data: no fingerprints, an identity of its own."""
        return replace(
            self,
            identity=f"erased:{self.participant_id}",
            fingerprints={},
            returned_fields=(),
            remark=None,
            remarks=(),
            version=self.version + 1,
        )

    def gives_place_to(self, other: Participant) -> Participant:
        """Gone, the place another's. Raises CannotSubstituteError."""
        if not self.can_be_substituted or other.state is not State.DRAFT or other.category != self.category:
            raise CannotSubstituteError
        return replace(self, state=State.SUBSTITUTED, substituted_by=other.participant_id, version=self.version + 1)

    def with_badge(self, status: BadgeStatus, badge_id: str) -> Participant:
        """As accreditation tells of one badge. A replacement that is being prepared changes nothing for the badge in
        force, and the end of another badge nothing for this one.
        """
        if status is BadgeStatus.PREPARED and self.badge.is_in_force:
            return replace(self, version=self.version + 1)
        if status is BadgeStatus.ENDED and self.badge_id not in (None, badge_id):
            return replace(self, version=self.version + 1)
        return replace(self, badge=status, badge_id=badge_id, version=self.version + 1)

    def follows(
        self,
        *,
        state: State,
        returned_fields: tuple[str, ...] = (),
        remark: str | None = None,
        remarks: tuple[FieldRemark, ...] | None = None,
        releasable_code: str | None = None,
    ) -> Participant:
        """As accreditation tells. Who is gone stays so, whatever was decided meanwhile."""
        if self.state in GONE:
            return replace(self, version=self.version + 1)
        return replace(
            self,
            state=state,
            returned_fields=returned_fields,
            remark=remark,
            remarks=self.remarks if remarks is None else remarks,
            releasable_code=releasable_code,
            version=self.version + 1,
        )
