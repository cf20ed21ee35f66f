"""Accreditation's own events, as a restore finds them on the log: back into the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from services.accreditation.application import Application
from services.accreditation.application.take_over_badges import TakeOverBadges
from services.accreditation.application.take_over_keys import TakeOverKeys
from services.accreditation.domain import events
from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge import Badge, BadgeState
from shared.contracts import accreditation as contracts
from shared.contracts.event import IntegrationEvent
from shared.contracts.topics import ACCREDITATION_KEYS, ACCREDITATION_PARTICIPANTS
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction

Told = (
    contracts.BadgeIssued
    | contracts.BadgeActivated
    | contracts.BadgeSuspended
    | contracts.BadgeResumed
    | contracts.BadgeRevoked
    | contracts.BadgeAccessChanged
)
_BECOMES: Final[dict[type[Told], BadgeState]] = {
    contracts.BadgeIssued: BadgeState.ISSUED,
    contracts.BadgeActivated: BadgeState.ACTIVE,
    contracts.BadgeSuspended: BadgeState.SUSPENDED,
    contracts.BadgeResumed: BadgeState.ACTIVE,
}


class OnBadgePrepared(Reaction[contracts.BadgePrepared, None]):
    def __init__(self, take_over: TakeOverBadges) -> None:
        self._take_over = take_over

    async def apply(self, tx: Transaction, received: Received[contracts.BadgePrepared], prepared: None) -> None:
        del prepared
        told = received.data
        fields = {name: getattr(told, name) for name in ("badge_id", "serial", "number", "key_id", "category")}
        badge = events.BadgePrepared(
            **fields,
            subject=events.Subject(told.conference_id, told.participant_id, told.delegation),
            access=_access(told.access),
            profile_version=told.profile_version,
            valid_from=told.valid_from,
            valid_until=told.valid_until,
            replaces=told.replaces,
        )
        await self._take_over.prepared(tx, badge, received.time)


class OnBadgeTold(Reaction[Told, None]):
    def __init__(self, take_over: TakeOverBadges) -> None:
        self._take_over = take_over

    async def apply(self, tx: Transaction, received: Received[Told], prepared: None) -> None:
        del prepared

        def as_told(badge: Badge) -> Badge:
            told = received.data
            if isinstance(told, contracts.BadgeAccessChanged):
                return replace(badge, access=_access(told.access), profile_version=told.profile_version)
            if isinstance(told, contracts.BadgeRevoked):
                reason = events.RevocationReason(told.reason.value)
                return replace(badge, state=BadgeState.REVOKED, since=received.time, reason=reason)
            return replace(badge, state=_BECOMES[type(told)], since=received.time)

        await self._take_over.changed(tx, received.data.badge_id, as_told)


class OnKeyRevoked(Reaction[contracts.SigningKeyRevoked, None]):
    def __init__(self, take_over: TakeOverKeys) -> None:
        self._take_over = take_over

    async def apply(self, tx: Transaction, received: Received[contracts.SigningKeyRevoked], prepared: None) -> None:
        del prepared
        await self._take_over.revoked(tx, received.data.key_id, received.time)


def told_again(application: Application) -> list[Subscription]:
    """No consumer group: a restore alone runs these."""
    prepared, changed = OnBadgePrepared(application.take_over_badges), OnBadgeTold(application.take_over_badges)
    kinds = (*_BECOMES, contracts.BadgeRevoked, contracts.BadgeAccessChanged)
    reactions: dict[type[IntegrationEvent], Reaction[Any, Any]] = {
        contracts.BadgePrepared: prepared,
        **dict.fromkeys(kinds, changed),
    }
    return [
        Subscription(ACCREDITATION_PARTICIPANTS, "told_again", reactions),
        Subscription(
            ACCREDITATION_KEYS, "told_again", {contracts.SigningKeyRevoked: OnKeyRevoked(application.take_over_keys)}
        ),
    ]


def _access(grants: Sequence[contracts.AccessGrant]) -> tuple[AccessGrant, ...]:
    return tuple(AccessGrant(grant.zone, grant.days, grant.opens, grant.closes, grant.only_with) for grant in grants)
