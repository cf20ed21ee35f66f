"""A decision on a dossier: what it would come to, the same for a preview as for the deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.claim import Claim, require_free
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Decided, Dossier
from services.accreditation.domain.dossier_errors import DossierChangedError
from services.accreditation.domain.dossier_facts import DossierState, Officer
from services.accreditation.domain.step import InternalCode
from services.accreditation.domain.workflow import released_at


class Decision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


class ReleasableCode(StrEnum):
    """Why somebody is rejected, as far as the delegation may know; a refusal by screening reads like any other."""

    NOT_ACCREDITED = "not_accredited"
    DOCUMENT_NOT_VALID = "document_not_valid"
    DATA_INCOMPLETE = "data_incomplete"
    CATEGORY_NOT_MET = "category_not_met"


@dataclass(frozen=True)
class Verdict:
    """`revisions` says what the officer saw of each; a dossier that changed since is refused, where one is given.

    `internal_code` and the sealed text `note_id` stay in accreditation; the delegation is told `releasable_code`,
    `fields`, the sealed text `remark_id`, and those on single fields, `remark_ids`.
    """

    decision: Decision
    releasable_code: ReleasableCode | None = None
    internal_code: InternalCode | None = None
    fields: tuple[str, ...] = ()
    revisions: Mapping[str, int] = field(default_factory=dict)
    note_id: str | None = None
    remark_id: str | None = None
    remark_ids: Mapping[str, str] = field(default_factory=dict)


def decided(
    dossier: Dossier, verdict: Verdict, claim: Claim | None, officer: Officer, conference: ConferenceRules, at: datetime
) -> Decided:
    """Raises ClaimedError, DossierChangedError, UnknownCategoryError, and as the dossier's own steps do."""
    if verdict.revisions.get(dossier.participant_id, dossier.submission.revision) != dossier.submission.revision:
        raise DossierChangedError(dossier.submission.revision)
    require_free(claim, officer, at)
    match verdict.decision:
        case Decision.APPROVE:
            return dossier.approve(officer, conference.category(dossier.submission.category).workflow, at)
        case Decision.REJECT:
            assert verdict.releasable_code is not None, "checked before the first row"
            tell_at = released_at(at, conference.rejections_released_every_minutes)
            return dossier.reject(verdict.releasable_code.value, officer, at, tell_at=tell_at)
        case Decision.RETURN:
            return dossier.return_for_correction(
                verdict.fields, officer, at, text_id=verdict.remark_id, remarks=verdict.remark_ids
            )


def outcome_of(dossier: Dossier, decision: Decision) -> str:
    """What became of a dossier, as a row tells it."""
    if dossier.state is DossierState.AWAITING_SECOND_OFFICER:
        return "awaits_second_officer"
    if decision is Decision.APPROVE and dossier.state is not DossierState.APPROVED:
        return "passed_on"
    return "decided"
