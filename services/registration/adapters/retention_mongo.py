"""How far each kind of data was destroyed, in MongoDB; and what was made from it beside the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from services.registration.adapters.mongo import PARTICIPANTS
from services.registration.domain.retention import IDENTIFYING, Sweep
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import FIELDS
from shared.storage import Database, Document, Index

RETENTION: Final = "retention"
INDEXES: Final = (Index(RETENTION, ()),)
_MANY: Final = 100


class MongoSweeps:
    def __init__(self, database: Database) -> None:
        self._sweeps = database.collection(RETENTION)

    async def all(self) -> dict[str, Sweep]:
        return {item["_id"]: _sweep(item) for item in await self._sweeps.find({}, limit=_MANY)}

    async def within(self, tx: Transaction, kind: str) -> Sweep:
        document = await tx.collection(RETENTION).find_one({"_id": kind})
        return _sweep(document) if document else Sweep(kind)

    async def save(self, tx: Transaction, sweep: Sweep) -> None:
        document = asdict(sweep)
        document["_id"] = document.pop("kind")
        await tx.collection(RETENTION).replace_one({"_id": sweep.kind}, document, upsert=True)

    async def look_at_everything_again(self, tx: Transaction) -> None:
        await tx.collection(RETENTION).update_many({}, {"$set": {"swept_to": None}})

    async def forget_made_from(self, tx: Transaction, kind: str, participant_ids: Sequence[str]) -> None:
        """Remove the keyed fingerprints of a field, and the keyed identity where the field is a part of it."""
        if kind not in FIELDS:
            return
        participants = tx.collection(PARTICIPANTS)
        change: dict[str, Any] = {"$unset": {f"fingerprints.{kind}": ""}, "$inc": {"version": 1}}
        await participants.update_many({"_id": {"$in": list(participant_ids)}}, change)
        for participant_id in participant_ids if kind in IDENTIFYING else ():
            own = {"$set": {"identity": f"retained:{participant_id}"}}
            await participants.update_one({"_id": participant_id, "identity": {"$not": {"$regex": "^erased:"}}}, own)


def _sweep(document: Document) -> Sweep:
    at: datetime | None = document["at"]
    return Sweep(document["_id"], document["destroyed"], document["untold"], at, document["swept_to"])
