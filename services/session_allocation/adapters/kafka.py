"""What session allocation hears."""

from __future__ import annotations

from services.session_allocation.application.follow_accreditation import (
    EntitleApproved,
    WithdrawEntitlements,
    recompute,
)
from shared.conference import KeepConference
from shared.contracts.accreditation import BadgeRevoked, ParticipantApproved, ParticipantRejected
from shared.contracts.conference import ConferencePublished
from shared.contracts.topics import ACCREDITATION_PARTICIPANTS, CONFERENCE
from shared.messaging.subscription import Subscription


def subscriptions() -> list[Subscription]:
    withdraw = WithdrawEntitlements()
    return [
        Subscription(CONFERENCE, "conference", {ConferencePublished: KeepConference(recompute)}),
        Subscription(
            ACCREDITATION_PARTICIPANTS,
            "entitlements",
            {ParticipantApproved: EntitleApproved(), ParticipantRejected: withdraw, BadgeRevoked: withdraw},
        ),
    ]
