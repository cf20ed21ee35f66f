"""What session allocation hears."""

from __future__ import annotations

from collections.abc import Callable

from services.session_allocation.adapters.conference import rules_of
from services.session_allocation.application.follow_accreditation import (
    EntitleApproved,
    WithdrawEntitlements,
    recompute,
)
from services.session_allocation.domain.ports import Books
from shared.conference import KeepConference
from shared.contracts.accreditation import BadgeRevoked, ParticipantApproved, ParticipantRejected
from shared.contracts.conference import Conference, ConferencePublished
from shared.contracts.topics import ACCREDITATION_PARTICIPANTS, CONFERENCE
from shared.messaging.subscription import Subscription
from shared.messaging.unit_of_work import Transaction


def subscriptions(bind: Callable[[Transaction], Books]) -> list[Subscription]:
    withdraw = WithdrawEntitlements(bind)

    async def new_programme(tx: Transaction, conference: Conference) -> None:
        await recompute(tx, bind(tx), rules_of(conference, tx.now))

    return [
        Subscription(CONFERENCE, "conference", {ConferencePublished: KeepConference(new_programme)}),
        Subscription(
            ACCREDITATION_PARTICIPANTS,
            "entitlements",
            {ParticipantApproved: EntitleApproved(bind), ParticipantRejected: withdraw, BadgeRevoked: withdraw},
        ),
    ]
