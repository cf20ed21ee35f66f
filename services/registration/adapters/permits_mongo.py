"""Requests for weapons, radios and vehicles, in MongoDB."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from services.registration.domain.permit_request import PermitKind, PermitRequest
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

REQUESTS: Final = "permit_requests"
INDEXES: Final = (Index(REQUESTS, (("bearer", 1), ("requested_at", -1))),)


class MongoPermitRequests:
    def __init__(self, database: Database) -> None:
        self._requests = database.collection(REQUESTS)

    async def of_bearer(self, participant_id: str, *, limit: int) -> list[PermitRequest]:
        found = await self._requests.find({"bearer": participant_id}, sort=[("requested_at", -1)], limit=limit)
        return [_request(item) for item in found]

    async def in_transaction(self, tx: Transaction, request_id: str) -> PermitRequest | None:
        document = await tx.collection(REQUESTS).find_one({"_id": request_id})
        return _request(document) if document else None

    async def open_of(self, tx: Transaction, participant_id: str) -> list[PermitRequest]:
        query = {"bearer": participant_id, "withdrawn": False}
        return [_request(item) for item in await tx.collection(REQUESTS).find(query, limit=100)]

    async def save(self, tx: Transaction, request: PermitRequest) -> None:
        document = asdict(request)
        document["_id"] = document.pop("request_id")
        await tx.collection(REQUESTS).replace_one({"_id": request.request_id}, document, upsert=True)


def _request(document: Document) -> PermitRequest:
    values = {name: value for name, value in document.items() if name != "_id"}
    kind, manifest = PermitKind(values["kind"]), tuple(values["manifest"])
    return PermitRequest(request_id=document["_id"], **{**values, "kind": kind, "manifest": manifest})
