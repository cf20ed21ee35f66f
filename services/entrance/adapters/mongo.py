"""The entrance's read models in MongoDB: badges, and the keys that verify credentials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any, Final

from services.entrance.domain.badge import Access, Badge, BadgeState
from services.entrance.domain.printed_number import normalised
from services.entrance.domain.token import Token
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

BADGES: Final = "badges"
KEYS: Final = "signing_keys"
TOKENS: Final = "tokens"
INDEXES: Final = (
    Index(BADGES, (("printed", 1),)),
    Index(BADGES, (("participant_id", 1),)),
    Index(KEYS, ()),
    Index(TOKENS, (("kind", 1), ("number", 1))),
)
_ENDED: Final = [state.value for state in BadgeState if state.is_final]
_OF_ONE_MAX: Final = 10


class MongoBadges:
    """Badges by id and by printed number. Read at each scan: a revocation counts from the moment it is folded in."""

    def __init__(self, database: Database) -> None:
        self._badges = database.collection(BADGES)

    async def by_id(self, badge_id: str, tx: Transaction | None = None) -> Badge | None:
        badges = tx.collection(BADGES) if tx else self._badges
        return _badge(await badges.find_one({"_id": badge_id}))

    async def by_number(self, number: str) -> Badge | None:
        return _badge(await self._badges.find_one({"printed": number}))

    async def of_people(self, participant_ids: Sequence[str]) -> list[Badge]:
        query = {"participant_id": {"$in": list(participant_ids)}, "state": {"$nin": _ENDED}}
        found = await self._badges.find(query, sort=[("state_at", 1)], limit=_OF_ONE_MAX * max(1, len(participant_ids)))
        newest = {item["participant_id"]: item for item in found}
        badges = [_badge(newest[who]) for who in participant_ids if who in newest]
        return [badge for badge in badges if badge is not None]

    async def save(self, tx: Transaction, badge: Badge) -> None:
        document: Document = {**vars(badge), "printed": normalised(badge.number), "state": badge.state.value}
        document["_id"] = document.pop("badge_id")
        document["access"] = [
            {**vars(access), "opens": access.opens.isoformat(), "closes": access.closes.isoformat()}
            for access in badge.access
        ]
        await tx.collection(BADGES).replace_one({"_id": badge.badge_id}, document, upsert=True)


class MongoTokens:
    """Tokens by id and by the number on them."""

    def __init__(self, database: Database) -> None:
        self._tokens = database.collection(TOKENS)

    async def by_id(self, tx: Transaction, token_id: str) -> Token | None:
        found = await tx.collection(TOKENS).find_one({"_id": token_id})
        return _token(found) if found else None

    async def by_number(self, kind: str, number: int) -> Token | None:
        found = await self._tokens.find_one({"kind": kind, "number": number})
        return _token(found) if found else None

    async def save(self, tx: Transaction, token: Token) -> None:
        document: Document = {**vars(token), "manifest": list(token.manifest)}
        document["_id"] = document.pop("token_id")
        await tx.collection(TOKENS).replace_one({"_id": token.token_id}, document, upsert=True)


def _token(document: Document) -> Token:
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Token(token_id=document["_id"], **{**fields, "manifest": tuple(document["manifest"])})


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
