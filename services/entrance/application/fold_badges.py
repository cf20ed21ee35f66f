"""Fold what accreditation tells into what the gates decide by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from services.entrance.domain.badge import Access, Badge, BadgeState
from shared.contracts.accreditation import (
    AccessGrant,
    BadgeAccessChanged,
    BadgeActivated,
    BadgeIssued,
    BadgePrepared,
    BadgeResumed,
    BadgeRevoked,
    BadgeSuspended,
    SigningKeyPublished,
    SigningKeyRevoked,
)
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction

Told = BadgePrepared | BadgeAccessChanged | BadgeIssued | BadgeActivated | BadgeSuspended | BadgeResumed | BadgeRevoked
FOLDED: Final[tuple[type[Told], ...]] = (
    BadgePrepared,
    BadgeAccessChanged,
    BadgeIssued,
    BadgeActivated,
    BadgeSuspended,
    BadgeResumed,
    BadgeRevoked,
)
_BECOMES: Final[dict[type[Told], BadgeState]] = {
    BadgeIssued: BadgeState.ISSUED,
    BadgeActivated: BadgeState.ACTIVE,
    BadgeSuspended: BadgeState.SUSPENDED,
    BadgeResumed: BadgeState.ACTIVE,
}


class FoldedBadges(Protocol):
    async def by_id(self, badge_id: str, tx: Transaction | None = None) -> Badge | None: ...

    async def save(self, tx: Transaction, badge: Badge) -> None: ...


@dataclass(frozen=True)
class FoldBadges(Reaction[Told, None]):
    badges: FoldedBadges

    async def apply(self, tx: Transaction, received: Received[Told], prepared: None) -> None:
        del prepared
        event = received.data
        if isinstance(event, BadgePrepared):
            await self.badges.save(tx, _prepared(event, received.time))
            return
        badge = await self.badges.by_id(event.badge_id, tx)
        assert badge is not None, "a badge's events keep their order: it was prepared first"
        if isinstance(event, BadgeAccessChanged):
            await self.badges.save(tx, badge.opens(_access(event.access), event.profile_version))
            return
        state = BadgeState(event.reason.value) if isinstance(event, BadgeRevoked) else _BECOMES[type(event)]
        await self.badges.save(tx, badge.becomes(state, received.time))


class KeepSigningKey(Reaction[SigningKeyPublished, None]):
    def __init__(self, collection: str) -> None:
        self._collection = collection

    async def apply(self, tx: Transaction, received: Received[SigningKeyPublished], prepared: None) -> None:
        del prepared
        event = received.data
        document = {"_id": event.key_id, "public_key": event.public_key, "conference": event.conference_number}
        await tx.collection(self._collection).replace_one({"_id": event.key_id}, document, upsert=True)


class DropSigningKey(Reaction[SigningKeyRevoked, None]):
    def __init__(self, collection: str) -> None:
        self._collection = collection

    async def apply(self, tx: Transaction, received: Received[SigningKeyRevoked], prepared: None) -> None:
        del prepared
        await tx.collection(self._collection).delete_one({"_id": received.data.key_id})


def _prepared(event: BadgePrepared, at: datetime) -> Badge:
    return Badge(
        badge_id=event.badge_id,
        participant_id=event.participant_id,
        delegation=event.delegation,
        category=event.category,
        serial=event.serial,
        number=event.number,
        access=_access(event.access),
        state=BadgeState.PREPARED,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        profile_version=event.profile_version,
        state_at=at,
    )


def _access(grants: Sequence[AccessGrant]) -> tuple[Access, ...]:
    return tuple(Access(grant.zone, grant.days, grant.opens, grant.closes, grant.only_with) for grant in grants)
