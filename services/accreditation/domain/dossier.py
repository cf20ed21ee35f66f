"""A dossier: one participant's way from the automatic checks to a decision.

    checking → in_review → in_screening → in_review → (awaiting_second_officer) → approved
             ↘ approved    ↘ returned, rejected                                 ↘ rejected
    Which stages there are is the category's workflow. A correction leads from any state but withdrawn back to checking;
    a withdrawal leads out of every state, and a new submission back in.

Each step answers the dossier as it is then and the events that tell of it; nothing here is changed in place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.accreditation.domain.checks import REGISTERED_ONCE, Check, Outcome
from services.accreditation.domain.dossier_errors import (
    AlreadyDecidedError,
    AssignedError,
    DossierStateError,
    SamePersonError,
)
from services.accreditation.domain.dossier_facts import (
    WAITING,
    Approval,
    DossierState,
    LastStep,
    Officer,
    Risk,
    ScreeningResult,
    Submission,
)
from services.accreditation.domain.events import (
    BreakGlassReviewed,
    BreakGlassUsed,
    DossierChecked,
    DossierEvent,
    DossierStageEntered,
    ParticipantApproved,
    ParticipantRejected,
    ParticipantReturned,
    SecondOfficerRequired,
    Subject,
)
from services.accreditation.domain.hits import NO_HITS, Hits
from services.accreditation.domain.screening_errors import AlertsOpenError, WatchlistedError
from services.accreditation.domain.workflow import Stage, StageKind, TimeLimit, Workflow, limit_of
from shared.field_remarks import FieldRemark, answered

_REJECTABLE: Final = (*WAITING, DossierState.IN_SCREENING, DossierState.APPROVED, DossierState.RETURNED)
Decided = tuple["Dossier", tuple[DossierEvent, ...]]


@dataclass(frozen=True)
class Dossier:
    """`since` is when the dossier came into its state; `version` counts what was written of it, 0 for a new one.

    `limit` is the time limit of its stage, and `is_reminded` and `is_overdue` say what was told of it already.
    `assigned_to` is the officer to whom a return for more information comes back. `emergency` is who approved by
    breaking the glass, until somebody else has reviewed it. A rejection that the delegation is not told of yet has its
    time in `tell_at`. `remarks` are what was asked of single fields, and what the delegation answered.
    `screened_against` names the watchlists' versions that the participant was screened against.
    """

    subject: Subject
    submission: Submission
    state: DossierState
    since: datetime
    checks: tuple[Check, ...] = ()
    approvals: tuple[Approval, ...] = ()
    releasable_code: str | None = None
    returned_fields: tuple[str, ...] = ()
    remarks: tuple[FieldRemark, ...] = ()
    stage: StageKind = StageKind.REVIEW
    limit: TimeLimit | None = None
    is_reminded: bool = False
    is_overdue: bool = False
    assigned_to: Officer | None = None
    hits: Hits = NO_HITS
    screening: ScreeningResult | None = None
    emergency: Approval | None = None
    tell_at: datetime | None = None
    last: LastStep | None = None
    screened_against: str = ""
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

    @property
    def has_doubles(self) -> bool:
        """Whether somebody else who is registered may be the same person."""
        return any(check.code == REGISTERED_ONCE and not check.passed for check in self.checks)

    @property
    def awaits_decision(self) -> bool:
        return self.state in WAITING

    @property
    def awaits_review(self) -> bool:
        """Whether the review of a broken glass is what comes next; in other states it comes after their own step."""
        return self.emergency is not None and self.state is DossierState.APPROVED

    @property
    def waits_for_officer(self) -> bool:
        return self.awaits_decision or self.emergency is not None

    @property
    def can_be_rejected(self) -> bool:
        """Also what was approved before: its badge ends then."""
        return self.state in _REJECTABLE

    @property
    def risk(self) -> Risk:
        """An open or confirmed hit, a "not clear" and a broken glass come first, then cleared hits, then findings."""
        is_clear = self.screening is None or self.screening.clear
        if self.hits.open or self.hits.confirmed or not is_clear or self.emergency is not None:
            return Risk.HIT
        if self.hits.cleared:
            return Risk.CLEARED_HIT
        return Risk.FINDING if self.attention else Risk.NONE

    def needs_two(self, workflow: Workflow) -> bool:
        """Whether a second officer decides too: by the category, or because of a hit or a "not clear"."""
        return workflow.needs_two or self.risk >= Risk.CLEARED_HIT

    def resubmitted(
        self,
        submission: Submission,
        at: datetime,
        *,
        changed: Collection[str] = (),
        answers: Mapping[str, str] | None = None,
    ) -> Dossier:
        """Back to the checks with what was submitted: which fields changed, and what was said to remarks on them.

        Earlier approvals and screenings were of something else and are void; it comes back to the officer who asked.
        """
        return replace(
            Dossier.open(self.subject, submission, at),
            assigned_to=self.assigned_to,
            emergency=self.emergency,
            remarks=answered(self.remarks, changed, answers or {}),
            last=self.last,
            version=self.version,
        )

    def checked(self, checks: Sequence[Check], hits: Hits, workflow: Workflow, at: datetime) -> Decided:
        """Take the checks' outcome: to the first stage, or approved at once where the category decides automatically.

        A hit is told to nobody outside.
        """
        self._require(DossierState.CHECKING)
        told = DossierChecked(self.subject, self.submission.category, self.submission.revision, tuple(checks))
        entered, events = replace(self, checks=tuple(checks), hits=hits)._enter(workflow.after(None), workflow, at)
        # That a dossier waits in its first stage is what its checks' event says already.
        return entered, (told, *(event for event in events if not _is_first_review(event, workflow)))

    def double_found(self) -> Decided | None:
        """Somebody who may be the same person came later: what passed as registered once does so no more.

        None when that is known already, or the dossier is over. What was decided stays decided; an officer sees it.
        """
        if self.state in (DossierState.REJECTED, DossierState.WITHDRAWN):
            return None
        checks = tuple(_with_a_double(check) for check in self.checks)
        if checks == self.checks:
            return None
        told = DossierChecked(self.subject, self.submission.category, self.submission.revision, checks)
        return replace(self, checks=checks), (told,)

    def approve(self, officer: Officer, workflow: Workflow, at: datetime) -> Decided:
        """Pass the dossier to the next stage; in the last one approve it, or record the first of two yeses.

        Raises DossierStateError; AlertsOpenError and WatchlistedError while hits stand against it; AssignedError;
        SamePersonError when both yeses, or the screening and a yes, would be one person's.
        """
        self._require(*WAITING)
        self._require_assignee(officer)
        if self.hits.confirmed:
            raise WatchlistedError
        if self.hits.open:
            raise AlertsOpenError(self.hits.open)
        if any(approval.officer.person_id == officer.person_id for approval in self.approvals):
            raise SamePersonError
        if self.screening is not None and self.screening.by.person_id == officer.person_id:
            raise SamePersonError
        following = workflow.after(self.stage)
        if following is not None:
            return replace(self._by("approve", officer, at), assigned_to=None)._enter(following, workflow, at)
        noted = replace(self._by("approve", officer, at), approvals=(*self.approvals, Approval(officer, at)))
        if noted.needs_two(workflow) and len(noted.approvals) < 2:
            awaiting = replace(noted, state=DossierState.AWAITING_SECOND_OFFICER, since=at, assigned_to=None)
            return awaiting, (SecondOfficerRequired(self.subject, self.submission.category),)
        return noted._approved(workflow, at, automatic=False)

    def screened(self, clear: bool, by: Officer, workflow: Workflow, at: datetime) -> Decided:
        """The outside authority's answer, which leads on; a "not clear" is for officers to decide on.

        Raises DossierStateError.
        """
        self._require(DossierState.IN_SCREENING)
        answered = replace(self._by("screen", by, at), screening=ScreeningResult(clear, by, at))
        return answered._enter(workflow.after(StageKind.SCREENING), workflow, at)

    def reject(self, releasable_code: str, officer: Officer, at: datetime, *, tell_at: datetime) -> Decided:
        """Reject, also what was approved before; the delegation is told at `tell_at`. Raises DossierStateError,
        AssignedError.
        """
        self._require(*_REJECTABLE)
        self._require_assignee(officer)
        rejected = replace(
            self._by("reject", officer, at),
            state=DossierState.REJECTED,
            since=at,
            releasable_code=releasable_code,
            limit=None,
            emergency=None,
            tell_at=tell_at,
        )
        return rejected.told(at)

    def return_for_correction(
        self,
        fields: Sequence[str],
        officer: Officer,
        at: datetime,
        *,
        text_id: str | None = None,
        remarks: Mapping[str, str] | None = None,
    ) -> Decided:
        """Back to the delegation, naming the fields to correct, each with its remark; it comes back to this officer.

        Raises DossierStateError, AssignedError.
        """
        self._require(*WAITING)
        self._require_assignee(officer)
        said = dict(remarks or {})
        returned = replace(
            self._by("return", officer, at),
            state=DossierState.RETURNED,
            since=at,
            approvals=(),
            returned_fields=tuple(dict.fromkeys(fields)),
            remarks=tuple(FieldRemark(each, said.get(each)) for each in dict.fromkeys(fields)),
            limit=None,
            assigned_to=officer,
        )
        told = ParticipantReturned(self.subject, self.submission.category, returned.returned_fields, text_id, said)
        return returned, (told,)

    def broken_glass(self, officer: Officer, workflow: Workflow, at: datetime) -> Decided:
        """Approved at once by one officer, past every stage; another must review it, within the last stage's time.

        Raises DossierStateError, and WatchlistedError for a confirmed hit: no emergency opens a gate to that.
        """
        self._require(*WAITING, DossierState.IN_SCREENING)
        if self.hits.confirmed:
            raise WatchlistedError
        broken = replace(self._by("break_glass", officer, at), emergency=Approval(officer, at))
        approved, events = broken._approved(workflow, at, automatic=False)
        return approved, (BreakGlassUsed(self.subject, self.submission.category), *events)

    def reviewed_glass(self, upheld: bool, officer: Officer, at: datetime, *, tell_at: datetime) -> Decided:
        """The mandatory review of a broken glass: what is not upheld is rejected.

        A correction or a hit puts it off until the dossier is approved again. Raises DossierStateError when none is
        owed or it is put off, SamePersonError for who broke it.
        """
        if self.emergency is None or not self.awaits_review:
            raise self._state_error()
        if self.emergency.officer.person_id == officer.person_id:
            raise SamePersonError
        told = BreakGlassReviewed(self.subject, self.submission.category, upheld)
        if upheld:
            return replace(self._by("uphold", officer, at), emergency=None, limit=None), (told,)
        rejected, events = self.reject("not_accredited", officer, at, tell_at=tell_at)
        return rejected, (told, *events)

    def with_hits(self, hits: Hits, workflow: Workflow, at: datetime) -> Decided:
        """As the hits are after a screening or a disposition; one that is approved goes back before an officer."""
        changed = replace(self, hits=hits)
        if self.state is DossierState.APPROVED and (hits.open > self.hits.open or hits.confirmed > self.hits.confirmed):
            last = replace(
                changed, state=DossierState.IN_REVIEW, since=at, approvals=(), stage=workflow.stages[-1].kind
            )
            return replace(last, limit=limit_of(workflow.stages[-1], at), is_reminded=False, is_overdue=False), ()
        return changed, ()

    def withdrawn(self, at: datetime) -> Dossier:
        """The participant will not come; registration has told that already."""
        return replace(
            self, state=DossierState.WITHDRAWN, since=at, approvals=(), limit=None, emergency=None, tell_at=None
        )

    def _enter(self, stage: Stage | None, workflow: Workflow, at: datetime) -> Decided:
        """Into a stage, past those where an automatic category has nothing for an officer to look at."""
        while stage is not None:
            is_passed = workflow.is_automatic and self.risk is Risk.NONE and stage.kind is not StageKind.SCREENING
            if not is_passed:
                return self._in(stage, at)
            stage = workflow.after(stage.kind)
        if workflow.is_automatic and self.risk is Risk.NONE:
            return self._approved(workflow, at, automatic=True)
        return self._in(workflow.stages[-1], at)

    def _in(self, stage: Stage, at: datetime) -> Decided:
        is_screening = stage.kind is StageKind.SCREENING
        state = DossierState.IN_SCREENING if is_screening else DossierState.IN_REVIEW
        limit = limit_of(stage, at)
        entered = replace(
            self,
            state=state,
            since=at,
            stage=stage.kind,
            limit=limit,
            is_reminded=False,
            is_overdue=False,
            approvals=(),
        )
        return entered, (DossierStageEntered(self.subject, self.submission.category, stage.kind.value, limit.due),)

    def _approved(self, workflow: Workflow, at: datetime, *, automatic: bool) -> Decided:
        """With a broken glass still to be reviewed, within the last stage's time."""
        approved = replace(
            self,
            state=DossierState.APPROVED,
            since=at,
            limit=limit_of(workflow.stages[-1], at) if self.emergency is not None else None,
            is_reminded=False,
            is_overdue=False,
            assigned_to=None,
            tell_at=None,
        )
        return approved, (ParticipantApproved(self.subject, self.submission.category, automatic),)

    def told(self, at: datetime) -> Decided:
        """A rejection whose hour has come, told to the delegation; nothing otherwise."""
        if self.tell_at is None or self.tell_at > at:
            return self, ()
        assert self.releasable_code is not None, "every rejection has one"
        told = ParticipantRejected(self.subject, self.submission.category, self.releasable_code)
        return replace(self, tell_at=None), (told,)

    def _by(self, action: str, officer: Officer, at: datetime) -> Dossier:
        return replace(self, last=LastStep(action, officer.person_id, at))

    def _require(self, *states: DossierState) -> None:
        if self.state not in states:
            raise self._state_error()

    def _state_error(self) -> DossierStateError:
        if self.last is None:
            return DossierStateError(self.state.value)
        return AlreadyDecidedError(self.state.value, self.last.action, self.last.by, f"{self.last.at:%Y-%m-%d %H:%M}")

    def _require_assignee(self, officer: Officer) -> None:
        """An overdue dossier is anybody's."""
        if self.assigned_to is None or self.is_overdue or self.state not in WAITING:
            return
        if self.assigned_to.person_id != officer.person_id:
            raise AssignedError(self.assigned_to.person_id)


def _is_first_review(event: DossierEvent, workflow: Workflow) -> bool:
    return (
        isinstance(event, DossierStageEntered)
        and event.stage == workflow.stages[0].kind.value
        and event.stage == StageKind.REVIEW.value
    )


def _with_a_double(check: Check) -> Check:
    return replace(check, outcome=Outcome.ATTENTION) if check.code == REGISTERED_ONCE else check
