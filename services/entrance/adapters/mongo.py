"""The entrance's read models in MongoDB: badges, and the keys that verify credentials."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from services.entrance.domain.badge import Access, Badge, BadgeState
from services.entrance.domain.printed_number import normalised
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

BADGES: Final = "badges"
KEYS: Final = "signing_keys"
INDEXES: Final = (Index(BADGES, (("printed", 1),)), Index(KEYS, ()))


class MongoBadges:
    """Badges by id and by printed number. Read at each scan: a revocation counts from the moment it is folded in."""

    def __init__(self, database: Database) -> None:
        self._badges = database.collection(BADGES)

    async def by_id(self, badge_id: str, tx: Transaction | None = None) -> Badge | None:
        badges = tx.collection(BADGES) if tx else self._badges
        return _badge(await badges.find_one({"_id": badge_id}))

    async def by_number(self, number: str) -> Badge | None:
        return _badge(await self._badges.find_one({"printed": number}))

    async def save(self, tx: Transaction, badge: Badge) -> None:
        document: Document = {**vars(badge), "printed": normalised(badge.number), "state": badge.state.value}
        document["_id"] = document.pop("badge_id")
        document["access"] = [
            {**vars(access), "opens": access.opens.isoformat(), "closes": access.closes.isoformat()}
            for access in badge.access
        ]
        await tx.collection(BADGES).replace_one({"_id": badge.badge_id}, document, upsert=True)


def _badge(document: Document | None) -> Badge | None:
    if document is None:
        return None
    left_out = ("_id", "printed", "state", "access")
    fields: dict[str, Any] = {name: value for name, value in document.items() if name not in left_out}
    access = tuple(
        Access(
            item["zone"],
            tuple(item["days"]),
            time.fromisoformat(item["opens"]),
            time.fromisoformat(item["closes"]),
            item.get("only_with"),
        )
        for item in document["access"]
    )
    return Badge(badge_id=document["_id"], access=access, state=BadgeState(document["state"]), **fields)
