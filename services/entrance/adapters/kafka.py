"""What the entrance hears."""

from __future__ import annotations

from services.entrance.adapters.mongo import KEYS, MongoBadges
from services.entrance.application.fold_badges import FOLDED, DropSigningKey, FoldBadges, KeepSigningKey
from shared.conference import KeepConference
from shared.contracts.accreditation import SigningKeyPublished, SigningKeyRevoked
from shared.contracts.conference import ConferencePublished
from shared.contracts.topics import ACCREDITATION_KEYS, ACCREDITATION_PARTICIPANTS, CONFERENCE
from shared.messaging.subscription import Subscription


def subscriptions(badges: MongoBadges) -> list[Subscription]:
    fold = FoldBadges(badges)
    return [
        Subscription(CONFERENCE, "conference", {ConferencePublished: KeepConference()}),
        Subscription(
            ACCREDITATION_KEYS,
            "keys",
            {SigningKeyPublished: KeepSigningKey(KEYS), SigningKeyRevoked: DropSigningKey(KEYS)},
        ),
        Subscription(ACCREDITATION_PARTICIPANTS, "badges", dict.fromkeys(FOLDED, fold)),
    ]
