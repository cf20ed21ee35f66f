"""Erasures and legal holds in MongoDB: references, never anything of a person."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Final

from services.registration.adapters.imports_mongo import IMPORTS
from services.registration.domain.erasure import Erasure, HoldReason, LegalHold
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

ERASURES: Final = "erasures"
HOLDS: Final = "legal_holds"
INDEXES: Final = (Index(ERASURES, (("certificate", 1),)), Index(ERASURES, (("at", -1),)), Index(HOLDS, ()))
_MANY: Final = 1_000
HOLDS_MAX: Final = 10_000


class MongoErasures:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_id(self, erasure_id: str) -> Erasure | None:
        document = await self._database.collection(ERASURES).find_one({"_id": erasure_id})
        return _erasure(document) if document else None

    async def unfinished(self) -> list[Erasure]:
        found = await self._database.collection(ERASURES).find({"certificate": ""}, limit=_MANY)
        return [_erasure(document) for document in found]

    async def certified(self, *, limit: int) -> list[Erasure]:
        erasures = self._database.collection(ERASURES)
        found = await erasures.find({"certificate": {"$ne": ""}}, sort=[("at", -1), ("_id", -1)], limit=limit)
        return [_erasure(document) for document in found]

    async def erased(self) -> AsyncIterator[list[str]]:
        erasures = self._database.collection(ERASURES)
        async for chunk in erasures.stream({}, sort=[("_id", 1)], chunk=_MANY, projection={"participant_ids": 1}):
            yield [participant_id for document in chunk for participant_id in document["participant_ids"]]

    async def save(self, tx: Transaction, erasure: Erasure) -> None:
        document = asdict(erasure) | {"participant_ids": list(erasure.participant_ids)}
        document["_id"] = document.pop("erasure_id")
        await tx.collection(ERASURES).replace_one({"_id": erasure.erasure_id}, document, upsert=True)

    async def holds_on(self, participant_ids: Sequence[str]) -> list[LegalHold]:
        query = {"_id": {"$in": list(participant_ids)}}
        found = await self._database.collection(HOLDS).find(query, limit=max(1, len(participant_ids)))
        return [_hold(item) for item in found]

    async def holds(self, *, limit: int) -> list[LegalHold]:
        found = await self._database.collection(HOLDS).find({}, sort=[("at", -1), ("_id", 1)], limit=limit)
        return [_hold(item) for item in found]

    async def hold_on(self, tx: Transaction, participant_id: str) -> LegalHold | None:
        found = await tx.collection(HOLDS).find_one({"_id": participant_id})
        return _hold(found) if found else None

    async def all_held(self, tx: Transaction | None) -> list[str]:
        holds = tx.collection(HOLDS) if tx else self._database.collection(HOLDS)
        return [item["_id"] for item in await holds.find({}, projection={"_id": 1}, limit=HOLDS_MAX)]

    async def hold(self, tx: Transaction, hold: LegalHold) -> None:
        document = {"_id": hold.participant_id, "reason": hold.reason.value, "by": hold.by, "at": hold.at}
        await tx.collection(HOLDS).replace_one({"_id": hold.participant_id}, document, upsert=True)

    async def release(self, tx: Transaction, participant_id: str) -> None:
        await tx.collection(HOLDS).delete_one({"_id": participant_id})

    async def imports_of(self, delegations: Sequence[str]) -> list[str]:
        query = {"delegation": {"$in": list(delegations)}}
        imports = self._database.collection(IMPORTS)
        found: list[str] = []
        async for chunk in imports.stream(query, sort=[("_id", 1)], chunk=_MANY, projection={"_id": 1}):
            found += [document["_id"] for document in chunk]
        return found


def _hold(document: Document) -> LegalHold:
    return LegalHold(document["_id"], HoldReason(document["reason"]), document["by"], document["at"])


def _erasure(document: Document) -> Erasure:
    return Erasure(
        erasure_id=document["_id"],
        conference_id=document["conference_id"],
        participant_ids=tuple(document["participant_ids"]),
        by=document["by"],
        at=document["at"],
        certificate=document["certificate"],
    )
