"""Records to commands: what accreditation does with the events of others."""

from __future__ import annotations

from typing import Final

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
from services.accreditation.domain.dossier_facts import Submission
from services.accreditation.domain.permit_request import PermitRequest, PermitRequestState
from services.accreditation.domain.token import TokenKind
from shared.conference import KeepConference
from shared.contracts.conference import Conference, ConferencePublished
from shared.contracts.entrance import Decision, ScanRecorded
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
