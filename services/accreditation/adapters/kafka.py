"""Records to commands, and domain events to contracts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any, Final

from services.accreditation.adapters.conference import rules_of
from services.accreditation.application import Application
from services.accreditation.application.activate_after_face_check import ActivateAfterFaceCheckHandler
from services.accreditation.application.check_dossier import CheckedPerson
from services.accreditation.application.forget_participant import ForgetParticipantHandler
from services.accreditation.application.open_dossier import OpenDossier, OpenDossierHandler
from services.accreditation.application.recheck_dossier import RecheckDossier, RecheckDossierHandler
from services.accreditation.application.take_permit_request import TakePermitRequestHandler
from services.accreditation.application.withdraw_dossier import WithdrawDossier, WithdrawDossierHandler
from services.accreditation.domain import events
from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.dossier import Submission
from services.accreditation.domain.permit_request import PermitRequest, PermitRequestState
from services.accreditation.domain.token import TokenKind
from shared.conference import KeepConference
from shared.contracts import accreditation as contracts
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.contracts.conference import Conference, ConferencePublished
from shared.contracts.entrance import Decision, ScanRecorded
from shared.contracts.event import FieldText, IntegrationEvent
from shared.contracts.registration import (
    ParticipantCorrected,
    ParticipantErased,
    ParticipantSubmitted,
    ParticipantWithdrawn,
    PermitRequested,
    PermitRequestWithdrawn,
)
from shared.contracts.topics import CONFERENCE, ENTRANCE_SCANS, REGISTRATION_PARTICIPANTS
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction

# Two groups, because participants wait for the conference and the conference must not wait behind them.
_CONFERENCE: Final = "conference"
_DOSSIERS: Final = "dossiers"
_PERMITS: Final = "permits"
_SCANS: Final = "scans"


class OnSubmitted(Reaction[ParticipantSubmitted, CheckedPerson | None]):
    def __init__(self, handler: OpenDossierHandler) -> None:
        self._handler = handler

    async def prepare(self, received: Received[ParticipantSubmitted]) -> CheckedPerson | None:
        return await self._handler.prepare(_opening(received.data))

    async def apply(
        self, tx: Transaction, received: Received[ParticipantSubmitted], prepared: CheckedPerson | None
    ) -> None:
        await self._handler.apply(tx, _opening(received.data), prepared)


class OnCorrected(Reaction[ParticipantCorrected, CheckedPerson | None]):
    def __init__(self, handler: RecheckDossierHandler) -> None:
        self._handler = handler

    async def prepare(self, received: Received[ParticipantCorrected]) -> CheckedPerson | None:
        return await self._handler.prepare(_recheck(received.data))

    async def apply(
        self, tx: Transaction, received: Received[ParticipantCorrected], prepared: CheckedPerson | None
    ) -> None:
        await self._handler.apply(tx, _recheck(received.data), prepared)


class OnWithdrawn(Reaction[ParticipantWithdrawn, None]):
    def __init__(self, handler: WithdrawDossierHandler) -> None:
        self._handler = handler

    async def apply(self, tx: Transaction, received: Received[ParticipantWithdrawn], prepared: None) -> None:
        del prepared
        await self._handler.apply(tx, WithdrawDossier(received.data.participant_id))


class OnErased(Reaction[ParticipantErased, None]):
    def __init__(self, handler: ForgetParticipantHandler) -> None:
        self._handler = handler

    async def prepare(self, received: Received[ParticipantErased]) -> None:
        await self._handler.prepare(received.data.participant_id)

    async def apply(self, tx: Transaction, received: Received[ParticipantErased], prepared: None) -> None:
        del prepared
        await self._handler.apply(tx, received.data.participant_id)


class OnPermitRequested(Reaction[PermitRequested, None]):
    def __init__(self, handler: TakePermitRequestHandler) -> None:
        self._handler = handler

    async def apply(self, tx: Transaction, received: Received[PermitRequested], prepared: None) -> None:
        del prepared
        event = received.data
        request = PermitRequest(
            request_id=event.request_id,
            subject=events.Subject(event.conference_id, event.participant_id, event.delegation),
            kind=TokenKind(event.kind.value),
            mark_text_id=event.mark_text_id,
            manifest=event.manifest,
            state=PermitRequestState.OPEN,
            asked_at=received.time,
            since=tx.now,
        )
        await self._handler.apply(tx, request)


class OnPermitRequestWithdrawn(Reaction[PermitRequestWithdrawn, None]):
    def __init__(self, handler: TakePermitRequestHandler) -> None:
        self._handler = handler

    async def apply(self, tx: Transaction, received: Received[PermitRequestWithdrawn], prepared: None) -> None:
        del prepared
        await self._handler.withdraw(tx, received.data.request_id)


class OnBearerErased(Reaction[ParticipantErased, None]):
    def __init__(self, handler: TakePermitRequestHandler) -> None:
        self._handler = handler

    async def apply(self, tx: Transaction, received: Received[ParticipantErased], prepared: None) -> None:
        del prepared
        await self._handler.forget(tx, received.data.participant_id)


class OnScan(Reaction[ScanRecorded, None]):
    """A gate let somebody in after it had compared the face: an issued badge is active from then on."""

    def __init__(self, handler: ActivateAfterFaceCheckHandler) -> None:
        self._handler = handler

    async def apply(self, tx: Transaction, received: Received[ScanRecorded], prepared: None) -> None:
        del prepared
        scan = received.data
        if scan.face_checked and scan.decision is Decision.ADMIT and scan.participant_id and scan.badge_id:
            await self._handler.apply(tx, scan.participant_id, scan.badge_id)


def subscriptions(application: Application) -> list[Subscription]:
    async def publish_keys(tx: Transaction, conference: Conference) -> None:
        await application.publish_signing_keys.apply(tx, rules_of(conference))

    return [
        Subscription(CONFERENCE, _CONFERENCE, {ConferencePublished: KeepConference(publish_keys)}),
        Subscription(
            REGISTRATION_PARTICIPANTS,
            _DOSSIERS,
            {
                ParticipantSubmitted: OnSubmitted(application.open_dossier),
                ParticipantCorrected: OnCorrected(application.recheck_dossier),
                ParticipantWithdrawn: OnWithdrawn(application.withdraw_dossier),
                ParticipantErased: OnErased(application.forget_participant),
            },
        ),
        Subscription(
            REGISTRATION_PARTICIPANTS,
            _PERMITS,
            {
                PermitRequested: OnPermitRequested(application.take_permit_request),
                PermitRequestWithdrawn: OnPermitRequestWithdrawn(application.take_permit_request),
                ParticipantErased: OnBearerErased(application.take_permit_request),
            },
        ),
        Subscription(ENTRANCE_SCANS, _SCANS, {ScanRecorded: OnScan(application.activate_after_face_check)}),
    ]


def _opening(event: ParticipantSubmitted) -> OpenDossier:
    subject = events.Subject(event.conference_id, event.participant_id, event.delegation)
    return OpenDossier(subject, Submission(event.category, event.revision, event.has_photo))


def _recheck(event: ParticipantCorrected) -> RecheckDossier:
    submission = Submission(event.category, event.revision, event.has_photo)
    answers = {each.field: each.text_id for each in event.answers}
    return RecheckDossier(event.participant_id, submission, event.fields, answers)


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
    details = (Detail(name="version", value=str(event.version)), Detail(name="entries", value=str(event.entries)))
    return AuditFactRecorded(
        service="accreditation",
        action=event.action,
        subject=event.code,
        actor=event.account_id,
        person=event.person_id,
        details=details,
    )


@to_contract.register
def _(event: events.LayoutChanged) -> IntegrationEvent:
    return AuditFactRecorded(
        service="accreditation",
        action=event.action,
        subject=event.code,
        actor=event.account_id,
        person=event.person_id,
        details=(Detail(name="version", value=str(event.version)),),
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
