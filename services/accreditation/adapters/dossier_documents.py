"""Dossiers, claims and steps as MongoDB documents, and back."""

from __future__ import annotations

from typing import Any

from services.accreditation.domain.checks import Check, Outcome
from services.accreditation.domain.claim import Claim
from services.accreditation.domain.deadlines import wakes_at
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import (
    Approval,
    DossierState,
    LastStep,
    Officer,
    ScreeningResult,
    Submission,
)
from services.accreditation.domain.events import Subject
from services.accreditation.domain.hits import Hits
from services.accreditation.domain.step import Step
from services.accreditation.domain.workflow import StageKind, TimeLimit
from shared.field_remarks import remarks_from, remarks_to

Document = dict[str, Any]


def dossier_document(dossier: Dossier) -> Document:
    """`waiting`, `risk` and `due` are what the queue's index sorts by; `wakes_at` is there while time matters."""
    document = {
        "_id": dossier.participant_id,
        "conference_id": dossier.subject.conference_id,
        "delegation": dossier.subject.delegation,
        "category": dossier.submission.category,
        "revision": dossier.submission.revision,
        "has_photo": dossier.submission.has_photo,
        "state": dossier.state.value,
        "since": dossier.since,
        "checks": [
            {"code": check.code, "outcome": check.outcome.value, "evidence": list(check.evidence)}
            for check in dossier.checks
        ],
        "approvals": [_approval(item) for item in dossier.approvals],
        "releasable_code": dossier.releasable_code,
        "returned_fields": list(dossier.returned_fields),
        "remarks": remarks_to(dossier.remarks),
        "stage": dossier.stage.value,
        "due": dossier.limit.due if dossier.limit else None,
        "remind_at": dossier.limit.remind_at if dossier.limit else None,
        "is_reminded": dossier.is_reminded,
        "is_overdue": dossier.is_overdue,
        "assigned_to": _officer(dossier.assigned_to) if dossier.assigned_to else None,
        "hits": {"open": dossier.hits.open, "cleared": dossier.hits.cleared, "confirmed": dossier.hits.confirmed},
        "screening": _screening(dossier.screening) if dossier.screening else None,
        "emergency": _approval(dossier.emergency) if dossier.emergency else None,
        "tell_at": dossier.tell_at,
        "last": {"action": dossier.last.action, "by": dossier.last.by, "at": dossier.last.at} if dossier.last else None,
        "screened": dossier.screened_against,
        "waiting": dossier.waits_for_officer,
        "risk": dossier.risk.value,
        "version": dossier.version + 1,
    }
    wakes = wakes_at(dossier)
    return document if wakes is None else {**document, "wakes_at": wakes}


def dossier_from(document: Document) -> Dossier:
    last = document["last"]
    return Dossier(
        subject=Subject(document["conference_id"], document["_id"], document["delegation"]),
        submission=Submission(document["category"], document["revision"], document["has_photo"]),
        state=DossierState(document["state"]),
        since=document["since"],
        checks=tuple(
            Check(item["code"], Outcome(item["outcome"]), tuple(item["evidence"])) for item in document["checks"]
        ),
        approvals=tuple(_approval_from(item) for item in document["approvals"]),
        releasable_code=document["releasable_code"],
        returned_fields=tuple(document["returned_fields"]),
        remarks=remarks_from(document.get("remarks", ())),
        stage=StageKind(document["stage"]),
        limit=TimeLimit(document["due"], document["remind_at"]) if document["due"] else None,
        is_reminded=document["is_reminded"],
        is_overdue=document["is_overdue"],
        assigned_to=_officer_from(document["assigned_to"]) if document["assigned_to"] else None,
        hits=Hits(**document["hits"]),
        screening=_screening_from(document["screening"]) if document["screening"] else None,
        emergency=_approval_from(document["emergency"]) if document["emergency"] else None,
        tell_at=document["tell_at"],
        last=LastStep(last["action"], last["by"], last["at"]) if last else None,
        screened_against=document["screened"],
        version=document["version"],
    )


def claim_document(claim: Claim) -> Document:
    return {"_id": claim.participant_id, **_officer(claim.officer), "until": claim.until}


def claim_from(document: Document) -> Claim:
    return Claim(document["_id"], _officer_from(document), document["until"])


def step_document(step: Step) -> Document:
    return {
        "_id": f"{step.participant_id}:{step.number:06}",
        "participant_id": step.participant_id,
        "number": step.number,
        **_officer(step.officer),
        "at": step.at,
        "action": step.action,
        "code": step.code,
        "text_id": step.text_id,
    }


def step_from(document: Document) -> Step:
    return Step(
        participant_id=document["participant_id"],
        number=document["number"],
        officer=_officer_from(document),
        at=document["at"],
        action=document["action"],
        code=document["code"],
        text_id=document["text_id"],
    )


def _officer(officer: Officer) -> Document:
    return {"account_id": officer.account_id, "person_id": officer.person_id}


def _officer_from(document: Document) -> Officer:
    return Officer(document["account_id"], document["person_id"])


def _approval(approval: Approval) -> Document:
    return {**_officer(approval.officer), "at": approval.at}


def _approval_from(document: Document) -> Approval:
    return Approval(_officer_from(document), document["at"])


def _screening(result: ScreeningResult) -> Document:
    return {"clear": result.clear, **_officer(result.by), "at": result.at}


def _screening_from(document: Document) -> ScreeningResult:
    return ScreeningResult(document["clear"], _officer_from(document), document["at"])
