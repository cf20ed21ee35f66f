"""What accreditation's API takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.accreditation.application.bulk import Row
from services.accreditation.application.decide_dossiers import DecideDossiers
from services.accreditation.application.get_dossier import DossierView
from services.accreditation.application.list_badges import ListedBadges
from services.accreditation.application.print_badges import Asked as PrintJobAsked
from services.accreditation.application.replace_badge import ReplacementReason
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.decision import Decision, ReleasableCode, Verdict
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import DossierState, Risk
from services.accreditation.domain.events import RevocationReason
from services.accreditation.domain.ports import Page
from services.accreditation.domain.print_job import PrintJob, PrintState, Sheet
from services.accreditation.domain.step import InternalCode
from services.accreditation.domain.workflow import StageKind
from shared.web.texts import Texts

ParticipantId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
ParticipantIds = Annotated[tuple[ParticipantId, ...], Field(min_length=1, max_length=500)]

FreeText = Annotated[str, Field(min_length=1, max_length=1_000)]
RISKS: Final[dict[Risk, Literal["none", "finding", "cleared_hit", "hit"]]] = {
    Risk.NONE: "none",
    Risk.FINDING: "finding",
    Risk.CLEARED_HIT: "cleared_hit",
    Risk.HIT: "hit",
}


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class DecisionsAsked(Asked):
    """`revisions` may say which revision of each participant the officer saw; one that changed since is refused.

    A rejection has two reasons: the delegation is told `releasable_code`; `internal_code` never leaves accreditation.
    Of the free texts, `remark` goes to the delegation with a return, and `remarks` on single fields, which are then
    returned too; `note` stays among officers.
    """

    decision: Decision
    participant_ids: ParticipantIds
    releasable_code: ReleasableCode | None = None
    internal_code: InternalCode | None = None
    fields: tuple[str, ...] = Field(default=(), max_length=20)
    remark: FreeText | None = None
    remarks: dict[str, FreeText] = Field(default_factory=dict, max_length=20)
    note: FreeText | None = None
    revisions: dict[ParticipantId, int] = Field(default_factory=dict, max_length=500)

    def command(self) -> DecideDossiers:
        fields = tuple(dict.fromkeys((*self.fields, *self.remarks)))
        verdict = Verdict(self.decision, self.releasable_code, self.internal_code, fields, self.revisions)
        return DecideDossiers(verdict, self.participant_ids, self.remark, self.note, self.remarks)


class ActivationsAsked(Asked):
    participant_ids: ParticipantIds


class RevocationAsked(Asked):
    """The other reasons, replaced and rejected, follow from other commands."""

    reason: Literal[RevocationReason.LOST, RevocationReason.WITHDRAWN]


class ReplacementAsked(Asked):
    reason: ReplacementReason


class RowAnswer(BaseModel):
    """What became of one participant; a refused one has the refusal's code and sentence."""

    participant_id: str
    outcome: str
    code: str | None
    sentence: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, row: Row, texts: Texts, language: str) -> Self:
        sentence = texts.say(row.code, language, **row.data) if row.code else None
        return cls(
            participant_id=row.participant_id,
            outcome=row.outcome,
            code=row.code,
            sentence=sentence,
            data=dict(row.data),
        )


class RowsAnswer(BaseModel):
    rows: list[RowAnswer]


class CheckAnswer(BaseModel):
    code: str
    outcome: str
    evidence: tuple[str, ...]
    sentence: str


class DossierAnswer(BaseModel):
    """A dossier without personal data; `waiting_since` is when it came into its state.

    `screening` is what the outside authority answered about this revision.
    """

    participant_id: str
    delegation: str
    category: str
    revision: int
    state: DossierState
    waiting_since: datetime
    attention: int
    approvals: int
    releasable_code: str | None
    returned_fields: tuple[str, ...]
    stage: StageKind
    due: datetime | None
    is_overdue: bool
    risk: Literal["none", "finding", "cleared_hit", "hit"]
    assigned_to: str | None
    open_alerts: int
    screening: Literal["clear", "not_clear"] | None
    break_glass_by: str | None
    checks: list[CheckAnswer]

    @classmethod
    def of(cls, dossier: Dossier, texts: Texts, language: str) -> Self:
        return cls(
            participant_id=dossier.participant_id,
            delegation=dossier.subject.delegation,
            category=dossier.submission.category,
            revision=dossier.submission.revision,
            state=dossier.state,
            waiting_since=dossier.since,
            attention=dossier.attention,
            approvals=len(dossier.approvals),
            releasable_code=dossier.releasable_code,
            returned_fields=dossier.returned_fields,
            stage=dossier.stage,
            due=dossier.limit.due if dossier.limit else None,
            is_overdue=dossier.is_overdue,
            risk=RISKS[dossier.risk],
            assigned_to=dossier.assigned_to.person_id if dossier.assigned_to else None,
            open_alerts=dossier.hits.open,
            screening=_screening(dossier),
            break_glass_by=dossier.emergency.officer.person_id if dossier.emergency else None,
            checks=[
                CheckAnswer(
                    code=check.code,
                    outcome=check.outcome.value,
                    evidence=check.evidence,
                    sentence=texts.say(f"accreditation.check.{check.code}.{check.outcome}", language),
                )
                for check in dossier.checks
            ],
        )


def _screening(dossier: Dossier) -> Literal["clear", "not_clear"] | None:
    if dossier.screening is None:
        return None
    return "clear" if dossier.screening.clear else "not_clear"


class BadgeAnswer(BaseModel):
    """A badge without its credential: that is on the page alone.

    `has_expired` says that its time is over, whatever state it is in; one that was revoked has not expired.
    """

    badge_id: str
    participant_id: str
    delegation: str
    category: str
    number: str
    state: BadgeState
    since: datetime
    reason: RevocationReason | None
    replaces: str | None
    valid_until: datetime
    has_expired: bool

    @classmethod
    def of(cls, badge: Badge, at: datetime) -> Self:
        return cls(
            badge_id=badge.badge_id,
            participant_id=badge.subject.participant_id,
            delegation=badge.subject.delegation,
            category=badge.category,
            number=badge.number,
            state=badge.state,
            since=badge.since,
            reason=badge.reason,
            replaces=badge.replaces,
            valid_until=badge.valid_until,
            has_expired=badge.has_expired(at),
        )


class DossierWithBadges(BaseModel):
    dossier: DossierAnswer
    badges: list[BadgeAnswer]

    @classmethod
    def of_view(cls, view: DossierView, texts: Texts, language: str) -> Self:
        return cls(
            dossier=DossierAnswer.of(view.dossier, texts, language),
            badges=[BadgeAnswer.of(badge, view.at) for badge in view.badges],
        )


class QueueAnswer(BaseModel):
    rows: list[DossierAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, found: Page[Dossier], texts: Texts, language: str) -> Self:
        rows = [DossierAnswer.of(dossier, texts, language) for dossier in found.rows]
        return cls(rows=rows, page=found.page, pages=found.pages, total=found.total)


class BadgesAnswer(BaseModel):
    rows: list[BadgeAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, found: ListedBadges) -> Self:
        page = found.page
        rows = [BadgeAnswer.of(badge, found.at) for badge in page.rows]
        return cls(rows=rows, page=page.page, pages=page.pages, total=page.total)


class PrintAsked(Asked):
    """`delegation` is absent for everybody; `blanks_of` prints the ready blanks of that category instead.

    `state` and `unprinted` narrow badges to those in a state, and to those that were never printed.
    """

    state: BadgeState | None = None
    unprinted: bool = False
    sheet: Sheet = Sheet.A6
    blanks_of: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")] | None = None
    delegation: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")] | None = None


class PrintKeyAsked(Asked):
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_=-]{44}$")]


class PrintFileAsked(PrintKeyAsked):
    """`from_page` reprints what a printer that jammed did not print."""

    from_page: Annotated[int, Field(ge=1, le=200_000)] = 1


class PrintJobAnswer(BaseModel):
    """`left_out` are printed numbers with the code of why that badge is not in the file; `reasons` says each code in
    words.
    """

    job_id: str
    state: PrintState
    asked_at: datetime
    done: int
    total: int
    left_out: list[tuple[str, str]]
    reasons: dict[str, str]

    @classmethod
    def of(cls, job: PrintJob, texts: Texts, language: str) -> Self:
        return cls(
            job_id=job.job_id,
            state=job.state,
            asked_at=job.asked_at,
            done=job.done,
            total=job.total,
            left_out=list(job.left_out),
            reasons={code: texts.say(code, language) for _, code in job.left_out},
        )


class PrintJobsAnswer(BaseModel):
    rows: list[PrintJobAnswer]


class PrintStartedAnswer(PrintJobAnswer):
    key: str

    @classmethod
    def of_asked(cls, asked: PrintJobAsked, texts: Texts, language: str) -> Self:
        return cls(**PrintJobAnswer.of(asked.job, texts, language).model_dump(), key=asked.key)


class BadgeStateAnswer(BaseModel):
    badge_id: str
    state: BadgeState


class PreparedBadgeAnswer(BadgeStateAnswer):
    number: str
