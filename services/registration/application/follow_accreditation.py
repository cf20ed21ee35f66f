"""Show the delegation how far each person has come, as accreditation tells it."""

from __future__ import annotations

from typing import Final

from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.notice import NOTICED, Notice
from services.registration.domain.participant import BadgeStatus, Participant, State
from services.registration.domain.ports import Changes, Notices, Participants, Quotas
from shared.contracts.accreditation import (
    BadgeActivated,
    BadgeIssued,
    BadgePrepared,
    BadgeResumed,
    BadgeRevoked,
    BadgeSuspended,
    ParticipantApproved,
    ParticipantRejected,
    ParticipantReturned,
)
from shared.field_remarks import FieldRemark
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction

AboutBadge = BadgePrepared | BadgeIssued | BadgeActivated | BadgeSuspended | BadgeResumed | BadgeRevoked
Told = ParticipantApproved | ParticipantRejected | ParticipantReturned | AboutBadge
_KINDS: Final[dict[type[Told], ChangeKind]] = {
    ParticipantApproved: ChangeKind.ACCEPTED,
    ParticipantRejected: ChangeKind.REJECTED,
    ParticipantReturned: ChangeKind.RETURNED,
    BadgePrepared: ChangeKind.BADGE_PREPARED,
    BadgeIssued: ChangeKind.BADGE_ISSUED,
    BadgeActivated: ChangeKind.BADGE_ACTIVE,
    BadgeSuspended: ChangeKind.BADGE_SUSPENDED,
    BadgeResumed: ChangeKind.BADGE_RESUMED,
    BadgeRevoked: ChangeKind.BADGE_ENDED,
}
FOLLOWED: Final = tuple(_KINDS)
_BADGE: Final[dict[type[AboutBadge], BadgeStatus]] = {
    BadgePrepared: BadgeStatus.PREPARED,
    BadgeIssued: BadgeStatus.ISSUED,
    BadgeActivated: BadgeStatus.ACTIVE,
    BadgeSuspended: BadgeStatus.SUSPENDED,
    BadgeResumed: BadgeStatus.ACTIVE,
    BadgeRevoked: BadgeStatus.ENDED,
}


class FollowAccreditation(Reaction[Told, None]):
    def __init__(self, participants: Participants, quotas: Quotas, changes: Changes, notices: Notices) -> None:
        self._participants = participants
        self._quotas = quotas
        self._changes = changes
        self._notices = notices

    async def apply(self, tx: Transaction, received: Received[Told], prepared: None) -> None:
        del prepared
        participant = await self._participants.one_in_transaction(tx, received.data.participant_id)
        if participant is None:
            return
        followed = _followed(participant, received.data)
        await self._participants.save(tx, followed)
        if participant.holds_place and not followed.holds_place:
            await self._quotas.give_back(tx, participant.delegation, participant.category)
        elif followed.holds_place and not participant.holds_place:
            await self._quotas.take_anyway(tx, participant.delegation, participant.category)
        await self._tell(tx, received, followed)

    async def _tell(self, tx: Transaction, received: Received[Told], participant: Participant) -> None:
        """The delegation waited for this: into the history and among the notices, under the event's own id."""
        kind, delegation = _KINDS[type(received.data)], participant.delegation
        change = ListChange(
            change_id=received.id,
            delegation=delegation,
            participant_id=participant.participant_id,
            kind=kind,
            at=received.time,
            by="service:accreditation",
            fields=participant.returned_fields if kind is ChangeKind.RETURNED else (),
            remark=participant.remark if kind is ChangeKind.RETURNED else None,
        )
        await self._changes.add(tx, change)
        if kind in NOTICED:
            await self._notices.add(
                tx, Notice(received.id, delegation, kind, received.time, participant.participant_id)
            )


def _followed(participant: Participant, event: Told) -> Participant:
    match event:
        case ParticipantApproved():
            return participant.follows(state=State.ACCEPTED)
        case ParticipantRejected():
            return participant.follows(state=State.REJECTED, releasable_code=event.releasable_code)
        case ParticipantReturned():
            texts = {each.field: each.text_id for each in event.remarks}
            remarks = tuple(FieldRemark(name, texts.get(name)) for name in event.fields)
            return participant.follows(
                state=State.RETURNED, returned_fields=event.fields, remark=event.text_id, remarks=remarks
            )
        case _:
            return participant.with_badge(_BADGE[type(event)], event.badge_id)
