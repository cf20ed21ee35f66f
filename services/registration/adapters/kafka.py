"""What registration tells and hears."""

from __future__ import annotations

from enum import StrEnum

from services.registration.adapters.list_mongo import keep_forms
from services.registration.adapters.mongo import set_quotas
from services.registration.application import follow_permits
from services.registration.application.erase_again import EraseAgain
from services.registration.application.follow_accreditation import FOLLOWED, FollowAccreditation
from services.registration.application.follow_permits import FollowPermits
from services.registration.domain import erasure, permit_request, retention
from services.registration.domain.participant import Corrected, Erased, Participant, Submitted, Withdrawn
from shared.conference import KeepConference
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.contracts.conference import Conference, ConferencePublished
from shared.contracts.event import FieldText, IntegrationEvent
from shared.contracts.registration import (
    ParticipantCorrected,
    ParticipantErased,
    ParticipantSubmitted,
    ParticipantWithdrawn,
    PermitKind,
    PermitRequested,
    PermitRequestWithdrawn,
)
from shared.contracts.topics import ACCREDITATION_PARTICIPANTS, CONFERENCE, REGISTRATION_PARTICIPANTS
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction


def to_contract(event: object) -> IntegrationEvent:
    """A domain event as other services see it."""
    match event:
        case Submitted(participant):
            return ParticipantSubmitted(
                **_who(participant),
                category=participant.category,
                revision=participant.revision,
                has_photo=participant.has_photo,
                precedence=participant.precedence,
                substitutes=participant.substitutes,
                walk_up=participant.walk_up,
                nationality_exception=participant.gives_nationality_reason,
            )
        case Corrected(participant, fields, answers):
            return ParticipantCorrected(
                **_who(participant),
                category=participant.category,
                revision=participant.revision,
                has_photo=participant.has_photo,
                fields=fields,
                precedence=participant.precedence,
                answers=tuple(FieldText(field=name, text_id=text_id) for name, text_id in answers.items()),
                nationality_exception=participant.gives_nationality_reason,
            )
        case Withdrawn(participant):
            return ParticipantWithdrawn(**_who(participant), substituted_by=participant.substituted_by)
        case Erased(participant, erasure_id):
            return ParticipantErased(**_who(participant), erasure_id=erasure_id)
        case permit_request.PermitRequested(request):
            return PermitRequested(
                **_about_request(request),
                kind=PermitKind(request.kind.value),
                mark_text_id=request.mark,
                manifest=request.manifest,
            )
        case permit_request.PermitRequestWithdrawn(request):
            return PermitRequestWithdrawn(**_about_request(request))
        case retention.Destroyed():
            return _destroyed(event)
        case erasure.PeopleSought():
            return _sought(event)
        case erasure.HoldPut(hold, person):
            return _of_hold("legal_hold.put", hold, hold.reason, hold.by, person)
        case erasure.HoldLifted(hold, reason, by, person):
            return _of_hold("legal_hold.lifted", hold, reason, by, person)
    raise TypeError(f"no contract for {type(event).__name__}")


def _destroyed(event: retention.Destroyed) -> AuditFactRecorded:
    details = {
        "kind": event.term.kind,
        "kept_until": event.term.kept_until.isoformat(),
        "destroyed": str(event.owners),
        "people_under_legal_hold": str(event.held),
    }
    return AuditFactRecorded(
        service="registration",
        action="retention.destroyed",
        subject=f"{event.conference_id}/{event.term.kind}",
        actor="service:registration",
        person="service:registration",
        reason="date_came",
        details=tuple(Detail(name=name, value=value) for name, value in details.items()),
    )


def _sought(event: erasure.PeopleSought) -> AuditFactRecorded:
    return AuditFactRecorded(
        service="registration",
        action="people.sought",
        subject="names",
        actor=event.by,
        person=event.person,
        reason="erasure",
        details=tuple(Detail(name="participant", value=each) for each in event.participant_ids),
    )


def _of_hold(action: str, hold: erasure.LegalHold, reason: StrEnum, by: str, person: str) -> AuditFactRecorded:
    """`reason` is why it was put or lifted; the detail is what it stands or stood for."""
    return AuditFactRecorded(
        service="registration",
        action=action,
        subject=hold.participant_id,
        actor=by,
        person=person,
        reason=reason.value,
        details=(Detail(name="held_for", value=hold.reason.value),),
    )


def subscriptions(follow: FollowAccreditation, permits: FollowPermits) -> list[Subscription]:
    return [
        Subscription(CONFERENCE, "conference", {ConferencePublished: KeepConference(_keep_rules)}),
        Subscription(
            ACCREDITATION_PARTICIPANTS,
            "status",
            {**dict.fromkeys(FOLLOWED, follow), **dict.fromkeys(follow_permits.FOLLOWED, permits)},
        ),
    ]


class OnErased(Reaction[ParticipantErased, None]):
    """Before the transaction: keys are outside the database."""

    def __init__(self, erase: EraseAgain) -> None:
        self._erase = erase

    async def prepare(self, received: Received[ParticipantErased]) -> None:
        await self._erase.as_told(received.data.participant_id, received.data.delegation)

    async def apply(self, tx: Transaction, received: Received[ParticipantErased], prepared: None) -> None:
        """The ledger says it all; what the database has of them goes when the service starts."""


def told_again(erase: EraseAgain) -> list[Subscription]:
    """No consumer group: a restore alone runs these."""
    return [Subscription(REGISTRATION_PARTICIPANTS, "told_again", {ParticipantErased: OnErased(erase)})]


async def _keep_rules(tx: Transaction, conference: Conference) -> None:
    await set_quotas(tx, conference)
    await keep_forms(tx, conference)


def _about_request(request: permit_request.PermitRequest) -> dict[str, str]:
    return {
        "conference_id": request.conference_id,
        "participant_id": request.bearer,
        "delegation": request.delegation,
        "request_id": request.request_id,
    }


def _who(participant: Participant) -> dict[str, str]:
    return {
        "conference_id": participant.conference_id,
        "participant_id": participant.participant_id,
        "delegation": participant.delegation,
    }
