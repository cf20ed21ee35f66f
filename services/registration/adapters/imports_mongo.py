"""Imports in MongoDB: what may be seen of a file, and how far its rows have come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from services.registration.domain.roster_import import (
    CommitOrder,
    ImportResult,
    ImportState,
    Outlook,
    Phase,
    Progress,
    RosterImport,
    RowFault,
    WhyNot,
)
from services.registration.domain.roster_row import Fault, Severity
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

IMPORTS: Final = "imports"
INDEXES: Final = (
    Index(IMPORTS, (("delegation", 1), ("asked_at", -1))),
    Index(IMPORTS, (("state", 1), ("asked_at", 1))),
)
_UNDER_WAY: Final = (ImportState.CHECKING.value, ImportState.COMMITTING.value)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class MongoImports:
    def __init__(self, database: Database) -> None:
        self._imports = database.collection(IMPORTS)

    async def by_id(self, import_id: str) -> RosterImport | None:
        document = await self._imports.find_one({"_id": import_id})
        return _roster_import(document) if document else None

    async def in_transaction(self, tx: Transaction, import_id: str) -> RosterImport | None:
        document = await tx.collection(IMPORTS).find_one({"_id": import_id})
        return _roster_import(document) if document else None

    async def of_delegation(self, delegation: str, *, limit: int) -> list[RosterImport]:
        found = await self._imports.find(
            {"delegation": delegation}, sort=[("asked_at", -1)], limit=limit, projection={"faults": 0, "bad_photos": 0}
        )
        return [_roster_import(item) for item in found]

    async def under_way(self, *, limit: int) -> list[str]:
        query = {"state": {"$in": list(_UNDER_WAY)}}
        found = await self._imports.find(query, sort=[("asked_at", 1)], limit=limit, projection={"_id": 1})
        return [item["_id"] for item in found]

    async def save(self, tx: Transaction, roster_import: RosterImport) -> None:
        document = asdict(roster_import)
        document["_id"] = document.pop("import_id")
        await tx.collection(IMPORTS).replace_one({"_id": document["_id"]}, document, upsert=True)

    async def go_on(self, tx: Transaction, roster_import: RosterImport, *, from_row: int) -> bool:
        query = {
            "_id": roster_import.import_id,
            "state": ImportState.COMMITTING.value,
            "order.last_row": from_row,
        }
        moved = {"order": roster_import.order, "progress": roster_import.progress, "result": roster_import.result}
        change = {"$set": {name: asdict(value) if value is not None else None for name, value in moved.items()}}
        return await tx.collection(IMPORTS).update_one(query, change) == 1


def _roster_import(document: Document) -> RosterImport:
    progress, why_not, order = document.get("progress"), document.get("why_not"), document.get("order")
    return RosterImport(
        import_id=document["_id"],
        delegation=document["delegation"],
        language=document["language"],
        asked_at=document.get("asked_at", _LONG_AGO),
        state=ImportState(document["state"]),
        rows=document["rows"],
        good=document["good"],
        faults=tuple(_row_fault(item) for item in document.get("faults", ())),
        unknown_columns=tuple(document["unknown_columns"]),
        bad_photos=tuple(document.get("bad_photos", ())),
        progress=Progress(Phase(progress["phase"]), progress["done"], progress["of"]) if progress else None,
        why_not=WhyNot(why_not["code"], why_not["data"]) if why_not else None,
        order=CommitOrder(**order) if order else None,
        result=ImportResult(**document["result"]) if document["result"] else ImportResult(),
        outlook=Outlook(**document["outlook"]) if document.get("outlook") else None,
    )


def _row_fault(item: Mapping[str, Any]) -> RowFault:
    fault = item["fault"]
    found = Fault(fault["column"], fault["code"], Severity(fault["severity"]), fault["data"])
    return RowFault(item["row"], item["cell"], found)
