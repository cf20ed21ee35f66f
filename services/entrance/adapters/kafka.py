"""What the entrance hears."""

from __future__ import annotations

import contextlib

from services.entrance.adapters.mongo import KEYS, MongoBadges
from services.entrance.application import fold_tokens
from services.entrance.application.fold_badges import FOLDED, DropSigningKey, FoldBadges, KeepSigningKey
from services.entrance.application.fold_tokens import FoldTokens
from services.entrance.application.follow_status_list import FollowStatusList
from shared.conference import KeepConference
from shared.contracts.accreditation import SigningKeyPublished, SigningKeyRevoked, StatusListPublished
from shared.contracts.conference import ConferencePublished
from shared.contracts.topics import ACCREDITATION_KEYS, ACCREDITATION_PARTICIPANTS, ACCREDITATION_TOKENS, CONFERENCE
from shared.errors import InfrastructureError
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction


class OnStatusListPublished(Reaction[StatusListPublished, None]):
    """Fetch it at once; whoever misses this looks every few seconds anyway, so no outage holds the keys' topic up."""

    def __init__(self, follow: FollowStatusList) -> None:
        self._follow = follow

    async def prepare(self, received: Received[StatusListPublished]) -> None:
        del received
        with contextlib.suppress(InfrastructureError):
            await self._follow.look()

    async def apply(self, tx: Transaction, received: Received[StatusListPublished], prepared: None) -> None:
        del tx, received, prepared


def subscriptions(badges: MongoBadges, tokens: FoldTokens, follow: FollowStatusList) -> list[Subscription]:
    fold = FoldBadges(badges)
    return [
        Subscription(CONFERENCE, "conference", {ConferencePublished: KeepConference()}),
        Subscription(
            ACCREDITATION_KEYS,
            "keys",
            {
                SigningKeyPublished: KeepSigningKey(KEYS),
                SigningKeyRevoked: DropSigningKey(KEYS),
                StatusListPublished: OnStatusListPublished(follow),
            },
        ),
        Subscription(ACCREDITATION_PARTICIPANTS, "badges", dict.fromkeys(FOLDED, fold)),
        Subscription(ACCREDITATION_TOKENS, "tokens", dict.fromkeys(fold_tokens.FOLDED, tokens)),
    ]
