"""Dossiers and badges in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import time
from typing import Any, Final

from services.accreditation.domain.access import Grant
from services.accreditation.domain.badge import Badge, BadgeState, Reason
from services.accreditation.domain.checks import Check, Outcome
from services.accreditation.domain.dossier import Dossier, Review, State
from shared.errors import InfrastructureError
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Document, Index

DOSSIERS: Final = "dossiers"
BADGES: Final = "badges"
COUNTERS: Final = "counters"
_OPEN: Final = [State.IN_REVIEW.value, State.AWAITING_SECOND_OFFICER.value]
INDEXES: Final = (
    Index(DOSSIERS, (("state", 1), ("attention", -1), ("delegation", 1), ("_id", 1))),
    Index(BADGES, (("serial", 1),), unique=True),
    Index(BADGES, (("participant_id", 1), ("_id", -1))),
    Index(BADGES, (("participant_id", 1), ("state", 1)), unique=True, partial={"state": BadgeState.ACTIVE.value}),
    Index(BADGES, (("delegation", 1), ("_id", 1))),
    Index(COUNTERS, ()),
)


class ConcurrentChangeError(InfrastructureError):
    """Somebody else changed the record since it was read; doing it again is right."""


class MongoDossiers:
    def __init__(self, database: Database) -> None:
        self._dossiers = database.collection(DOSSIERS)

    async def by_id(self, participant_id: str, tx: Transaction | None = None) -> Dossier | None:
        dossiers = tx.collection(DOSSIERS) if tx else self._dossiers
        document = await dossiers.find_one({"_id": participant_id})
        return _dossier(document) if document else None

    async def save(self, tx: Transaction, dossier: Dossier) -> None:
        document = asdict(dossier)
        document["_id"] = document.pop("participant_id")
        document["attention"] = dossier.needs_attention
        await _save_next(tx.collection(DOSSIERS), document)

    async def queue(self, *, delegation: str, limit: int, skip: int) -> list[Dossier]:
        query: Document = {"state": {"$in": _OPEN}}
        if delegation:
            query["delegation"] = delegation
        order = [("attention", -1), ("delegation", 1), ("_id", 1)]
        return [_dossier(item) for item in await self._dossiers.find(query, sort=order, limit=limit, skip=skip)]


class MongoBadges:
    def __init__(self, database: Database) -> None:
        self._badges = database.collection(BADGES)

    async def by_id(self, badge_id: str, tx: Transaction | None = None) -> Badge | None:
        badges = tx.collection(BADGES) if tx else self._badges
        document = await badges.find_one({"_id": badge_id})
        return _badge(document) if document else None

    async def of_participant(self, tx: Transaction, participant_id: str) -> list[Badge]:
        query = {"participant_id": participant_id, "state": {"$ne": BadgeState.REVOKED.value}}
        found = await tx.collection(BADGES).find(query, sort=[("_id", -1)], limit=50)
        return [_badge(item) for item in found]

    async def save(self, tx: Transaction, badge: Badge) -> None:
        document: dict[str, Any] = asdict(badge)
        document["_id"] = document.pop("badge_id")
        for grant in document["access"]:
            grant["opens"], grant["closes"] = grant["opens"].isoformat(), grant["closes"].isoformat()
        await _save_next(tx.collection(BADGES), document)

    async def next_number(self, tx: Transaction) -> int:
        counter = await tx.collection(COUNTERS).find_one_and_update(
            {"_id": "serials"}, {"$inc": {"given": 1}}, upsert=True
        )
        assert counter is not None, "an upsert answers the document"
        return int(counter["given"]) - 1

    async def listed(self, *, delegation: str, state: str, after: str, limit: int) -> Sequence[Badge]:
        query: Document = {"_id": {"$gt": after}}
        if delegation:
            query["delegation"] = delegation
        if state:
            query["state"] = state
        return [_badge(item) for item in await self._badges.find(query, sort=[("_id", 1)], limit=limit)]


async def _save_next(collection: Collection, document: Document) -> None:
    """Insert version 1, else replace the version before. Raises ConcurrentChangeError."""
    if document["version"] == 1:
        await collection.insert_one(document)
        return
    query = {"_id": document["_id"], "version": document["version"] - 1}
    if await collection.replace_one(query, document) != 1:
        raise ConcurrentChangeError


def _dossier(document: Document) -> Dossier:
    return Dossier(
        participant_id=document["_id"],
        conference_id=document["conference_id"],
        delegation=document["delegation"],
        category=document["category"],
        revision=document["revision"],
        review=Review(document["review"]),
        checks=tuple(
            Check(check["code"], Outcome(check["outcome"]), tuple(check["fields"])) for check in document["checks"]
        ),
        state=State(document["state"]),
        first_officer=document["first_officer"],
        version=document["version"],
    )


def _badge(document: Document) -> Badge:
    fields = {name: value for name, value in document.items() if name not in ("_id", "access", "state", "reason")}
    grants = tuple(
        Grant(
            grant["zone"],
            tuple(grant["days"]),
            time.fromisoformat(grant["opens"]),
            time.fromisoformat(grant["closes"]),
        )
        for grant in document["access"]
    )
    reason = Reason(document["reason"]) if document["reason"] else None
    return Badge(badge_id=document["_id"], access=grants, state=BadgeState(document["state"]), reason=reason, **fields)
