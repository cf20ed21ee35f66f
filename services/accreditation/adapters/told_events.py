"""Domain events as the others know them: each by its contract."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from services.accreditation.domain import events
from services.accreditation.domain.access import AccessGrant
from shared.contracts import accreditation as contracts
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.contracts.event import FieldText, IntegrationEvent


def _about(subject: events.Subject) -> dict[str, Any]:
    return {
        "conference_id": subject.conference_id,
        "participant_id": subject.participant_id,
        "delegation": subject.delegation,
    }


def _access(grants: Sequence[AccessGrant]) -> tuple[contracts.AccessGrant, ...]:
    return tuple(contracts.AccessGrant(**vars(grant)) for grant in grants)


@singledispatch
def to_contract(event: object) -> IntegrationEvent:
    """A domain event as the others know it."""
    raise TypeError(f"no contract for the domain event {type(event).__name__}")


@to_contract.register
def _(event: events.DossierChecked) -> IntegrationEvent:
    checks = tuple(
        contracts.Check(code=check.code, outcome=contracts.CheckOutcome(check.outcome.value)) for check in event.checks
    )
    return contracts.DossierChecked(
        **_about(event.subject), category=event.category, revision=event.revision, checks=checks
    )


@to_contract.register
def _(event: events.SecondOfficerRequired) -> IntegrationEvent:
    return contracts.SecondOfficerRequired(**_about(event.subject), category=event.category)


@to_contract.register
def _(event: events.ParticipantApproved) -> IntegrationEvent:
    return contracts.ParticipantApproved(**_about(event.subject), category=event.category, automatic=event.automatic)


@to_contract.register
def _(event: events.ParticipantRejected) -> IntegrationEvent:
    return contracts.ParticipantRejected(
        **_about(event.subject), category=event.category, releasable_code=event.releasable_code
    )


@to_contract.register
def _(event: events.ParticipantReturned) -> IntegrationEvent:
    remarks = tuple(FieldText(field=name, text_id=text_id) for name, text_id in event.remarks.items())
    return contracts.ParticipantReturned(
        **_about(event.subject), category=event.category, fields=event.fields, text_id=event.text_id, remarks=remarks
    )


def _about_stage(event: events.DossierStageEntered | events.StageDueSoon | events.StageOverdue) -> dict[str, Any]:
    return {**_about(event.subject), "category": event.category, "stage": event.stage, "due": event.due}


@to_contract.register
def _(event: events.DossierStageEntered) -> IntegrationEvent:
    return contracts.DossierStageEntered(**_about_stage(event))


@to_contract.register
def _(event: events.StageDueSoon) -> IntegrationEvent:
    return contracts.StageDueSoon(**_about_stage(event))


@to_contract.register
def _(event: events.StageOverdue) -> IntegrationEvent:
    return contracts.StageOverdue(**_about_stage(event))


@to_contract.register
def _(event: events.BreakGlassUsed) -> IntegrationEvent:
    return contracts.BreakGlassUsed(**_about(event.subject), category=event.category)


@to_contract.register
def _(event: events.BreakGlassReviewed) -> IntegrationEvent:
    return contracts.BreakGlassReviewed(**_about(event.subject), category=event.category, upheld=event.upheld)


@to_contract.register
def _(event: events.WatchlistChanged) -> IntegrationEvent:
    return _changed(event, Detail(name="entries", value=str(event.entries)))


@to_contract.register
def _(event: events.LayoutChanged) -> IntegrationEvent:
    return _changed(event)


@to_contract.register
def _(event: events.BadgesPrinted) -> IntegrationEvent:
    return AuditFactRecorded(
        service="accreditation",
        action="badges.printed",
        subject=event.what,
        actor=event.account_id,
        person=event.person_id,
        details=(Detail(name="badges", value=str(event.badges)),),
    )


def _changed(event: events.WatchlistChanged | events.LayoutChanged, *more: Detail) -> AuditFactRecorded:
    """What somebody did to a list or a layout, with the version that came of it."""
    return AuditFactRecorded(
        service="accreditation",
        action=event.action,
        subject=event.code,
        actor=event.account_id,
        person=event.person_id,
        details=(Detail(name="version", value=str(event.version)), *more),
    )


@to_contract.register
def _(event: events.BadgePrepared) -> IntegrationEvent:
    return contracts.BadgePrepared(
        **_about(event.subject),
        badge_id=event.badge_id,
        serial=event.serial,
        number=event.number,
        key_id=event.key_id,
        category=event.category,
        access=_access(event.access),
        profile_version=event.profile_version,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        replaces=event.replaces,
    )


@to_contract.register
def _(event: events.BadgeActivated) -> IntegrationEvent:
    return contracts.BadgeActivated(**_about_badge(event))


def _about_badge(event: events.BadgeActivated | events.BadgeSuspended | events.BadgeResumed) -> dict[str, Any]:
    return {**_about(event.subject), "badge_id": event.badge_id, "serial": event.serial}


@to_contract.register
def _(event: events.BadgeIssued) -> IntegrationEvent:
    return contracts.BadgeIssued(
        **_about(event.subject), badge_id=event.badge_id, serial=event.serial, receipt_id=event.receipt_id
    )


@to_contract.register
def _(event: events.BadgeSuspended) -> IntegrationEvent:
    return contracts.BadgeSuspended(**_about_badge(event))


@to_contract.register
def _(event: events.BadgeResumed) -> IntegrationEvent:
    return contracts.BadgeResumed(**_about_badge(event))


@to_contract.register
def _(event: events.CardRecorded) -> IntegrationEvent:
    return contracts.CardRecorded(
        **_about(event.subject),
        badge_id=event.badge_id,
        card=event.card,
        outcome=contracts.CardOutcome(event.outcome.value),
        prints=event.prints,
    )


@to_contract.register
def _(event: events.BadgeRevoked) -> IntegrationEvent:
    return contracts.BadgeRevoked(
        **_about(event.subject),
        badge_id=event.badge_id,
        serial=event.serial,
        reason=contracts.RevocationReason(event.reason.value),
    )


@to_contract.register
def _(event: events.SigningKeyPublished) -> IntegrationEvent:
    return contracts.SigningKeyPublished(
        conference_id=event.conference_id,
        conference_number=event.conference_number,
        key_id=event.key_id,
        public_key=event.public_key,
    )


@to_contract.register
def _(event: events.StatusListPublished) -> IntegrationEvent:
    return contracts.StatusListPublished(
        conference_id=event.conference_id,
        version=event.version,
        size_bytes=event.size_bytes,
        issued_at=event.issued_at,
    )


@to_contract.register
def _(event: events.SigningKeyRevoked) -> IntegrationEvent:
    return contracts.SigningKeyRevoked(
        conference_id=event.conference_id, conference_number=event.conference_number, key_id=event.key_id
    )


@to_contract.register
def _(event: events.BadgeAccessChanged) -> IntegrationEvent:
    return contracts.BadgeAccessChanged(
        **_about(event.subject),
        badge_id=event.badge_id,
        serial=event.serial,
        access=_access(event.access),
        profile_version=event.profile_version,
    )


@to_contract.register
def _(event: events.TokenIssued) -> IntegrationEvent:
    return contracts.TokenIssued(**vars(event))


@to_contract.register
def _(event: events.TokenEnded) -> IntegrationEvent:
    return contracts.TokenEnded(**vars(event))


@to_contract.register
def _(event: events.TokenCustodyChanged) -> IntegrationEvent:
    return contracts.TokenCustodyChanged(**vars(event))


@to_contract.register
def _(event: events.TokenManifestChanged) -> IntegrationEvent:
    return contracts.TokenManifestChanged(**vars(event))


def _about_permit(event: events.PermitGranted | events.PermitRefused) -> dict[str, Any]:
    return {**_about(event.subject), "request_id": event.request_id, "kind": event.kind}


@to_contract.register
def _(event: events.PermitGranted) -> IntegrationEvent:
    return contracts.PermitGranted(**_about_permit(event), token_id=event.token_id, number=event.number)


@to_contract.register
def _(event: events.PermitRefused) -> IntegrationEvent:
    return contracts.PermitRefused(**_about_permit(event), releasable_code=event.releasable_code)
