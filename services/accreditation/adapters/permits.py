"""Permit requests in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from services.accreditation.adapters.documents import Document
from services.accreditation.adapters.mongo import page_of, save_version
from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.events import Subject
from services.accreditation.domain.permit_request import PermitRefusal, PermitRequest, PermitRequestState
from services.accreditation.domain.ports import Page
from services.accreditation.domain.token import TokenKind
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Index

PERMIT_REQUESTS: Final = "permit_requests"
OF_ONE_MAX: Final = 100
_ORDER: Final = (("asked_at", 1), ("_id", 1))

INDEXES: Final = (
    Index(PERMIT_REQUESTS, (("state", 1), *_ORDER)),
    Index(PERMIT_REQUESTS, (("participant_id", 1), ("asked_at", -1))),
)


class MongoPermitRequests:
    """The requests inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._requests = tx.collection(PERMIT_REQUESTS)

    async def one(self, request_id: str) -> PermitRequest | None:
        found = await self._requests.find_one({"_id": request_id})
        return _from(found) if found else None

    async def of_bearer(self, participant_id: str) -> Sequence[PermitRequest]:
        found = await self._requests.find({"participant_id": participant_id}, limit=OF_ONE_MAX)
        return [_from(item) for item in found]

    async def save(self, request: PermitRequest) -> None:
        await save_version(self._requests, _document(request))


class MongoPermitViews:
    def __init__(self, database: Database) -> None:
        self._requests = database.collection(PERMIT_REQUESTS)

    async def one(self, request_id: str) -> PermitRequest | None:
        found = await self._requests.find_one({"_id": request_id})
        return _from(found) if found else None

    async def listed(
        self, *, delegation: str | None, state: PermitRequestState | None, page: int
    ) -> Page[PermitRequest]:
        wanted: dict[str, Any] = {"delegation": delegation, "state": state.value if state else None}
        query = {name: value for name, value in wanted.items() if value is not None}
        found, total = await page_of(self._requests, query, _ORDER, page)
        return Page([_from(item) for item in found], page, total)

    async def of_bearer(self, participant_id: str) -> Sequence[PermitRequest]:
        found = await self._requests.find({"participant_id": participant_id}, sort=[("asked_at", -1)], limit=OF_ONE_MAX)
        return [_from(item) for item in found]


def _document(request: PermitRequest) -> Document:
    officer = request.decided_by
    return {
        "_id": request.request_id,
        **vars(request.subject),
        "kind": request.kind.value,
        "mark_text_id": request.mark_text_id,
        "manifest": list(request.manifest),
        "state": request.state.value,
        "asked_at": request.asked_at,
        "since": request.since,
        "decided_by": [officer.account_id, officer.person_id] if officer else None,
        "refusal": request.refusal.value if request.refusal else None,
        "token_id": request.token_id,
        "number": request.number,
        "version": request.version + 1,
    }


def _from(document: Document) -> PermitRequest:
    officer, refusal = document["decided_by"], document["refusal"]
    return PermitRequest(
        request_id=document["_id"],
        subject=Subject(document["conference_id"], document["participant_id"], document["delegation"]),
        kind=TokenKind(document["kind"]),
        mark_text_id=document["mark_text_id"],
        manifest=tuple(document["manifest"]),
        state=PermitRequestState(document["state"]),
        asked_at=document["asked_at"],
        since=document["since"],
        decided_by=Officer(*officer) if officer else None,
        refusal=PermitRefusal(refusal) if refusal else None,
        token_id=document["token_id"],
        number=document["number"],
        version=document["version"],
    )
