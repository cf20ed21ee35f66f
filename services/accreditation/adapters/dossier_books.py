"""Claims, steps and deadlines of dossiers in MongoDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.accreditation.adapters.dossier_documents import (
    claim_document,
    claim_from,
    dossier_from,
    step_document,
    step_from,
)
from services.accreditation.adapters.mongo import DOSSIERS, QUEUE_ORDER, WAITING, page_of
from services.accreditation.domain.claim import Claim
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.dossier_ports import ScreeningPlace, Urgent
from services.accreditation.domain.ports import Page
from services.accreditation.domain.step import Step
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Index

CLAIMS: Final = "claims"
STEPS: Final = "steps"
STEPS_SHOWN_MAX: Final = 100
_IN_SCREENING: Final = {"state": DossierState.IN_SCREENING.value}

INDEXES: Final = (
    Index(CLAIMS, (("until", 1),), expire_after_s=3600),
    Index(STEPS, (("participant_id", 1), ("number", 1))),
)


class MongoDossierBooks:
    """The books inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._claims = tx.collection(CLAIMS)
        self._steps = tx.collection(STEPS)

    async def claim(self, participant_id: str) -> Claim | None:
        found = await self._claims.find_one({"_id": participant_id})
        return claim_from(found) if found else None

    async def save_claim(self, claim: Claim) -> None:
        await self._claims.replace_one({"_id": claim.participant_id}, claim_document(claim), upsert=True)

    async def end_claim(self, participant_id: str) -> None:
        await self._claims.delete_one({"_id": participant_id})

    async def note(self, step: Step) -> None:
        await self._steps.insert_one(step_document(step))


class MongoDossierViews:
    """Reads outside any transaction."""

    def __init__(self, database: Database) -> None:
        self._dossiers = database.collection(DOSSIERS)
        self._claims = database.collection(CLAIMS)
        self._steps = database.collection(STEPS)

    async def dossiers(self, participant_ids: Sequence[str]) -> Mapping[str, Dossier]:
        query = {"_id": {"$in": list(participant_ids)}}
        found = await self._dossiers.find(query, limit=max(1, len(participant_ids)))
        return {item["_id"]: dossier_from(item) for item in found}

    async def claims(self, participant_ids: Sequence[str]) -> Mapping[str, Claim]:
        query = {"_id": {"$in": list(participant_ids)}}
        found = await self._claims.find(query, limit=max(1, len(participant_ids)))
        return {item["_id"]: claim_from(item) for item in found}

    async def steps(self, participant_id: str) -> Sequence[Step]:
        found = await self._steps.find({"participant_id": participant_id}, sort=[("number", -1)], limit=STEPS_SHOWN_MAX)
        return [step_from(item) for item in reversed(found)]

    async def to_wake(self, at: datetime, *, limit: int) -> Sequence[str]:
        found = await self._dossiers.find(
            {"wakes_at": {"$lte": at}}, projection={"_id": 1}, sort=[("wakes_at", 1)], limit=limit
        )
        return [item["_id"] for item in found]

    async def urgent(self, person_id: str) -> Urgent:
        own = {"assigned_to.person_id": person_id, "is_reminded": True, "is_overdue": False}
        return Urgent(
            own_due_soon=await self._dossiers.count({**WAITING, **own}),
            overdue=await self._dossiers.count({**WAITING, "is_overdue": True}),
            with_authority=await self._dossiers.count(_IN_SCREENING),
            authority_overdue=await self._dossiers.count({**_IN_SCREENING, "is_overdue": True}),
        )

    async def next_in_queue(self, *, delegation: str | None, after: Dossier | None) -> Dossier | None:
        query: dict[str, Any] = dict(WAITING)
        if delegation is not None:
            query["delegation"] = delegation
        if after is not None:
            query["$or"] = _behind(after)
        found = await self._dossiers.find_one(query, sort=QUEUE_ORDER)
        return dossier_from(found) if found else None

    async def in_screening(
        self, *, page: int, delegation: str | None = None, after: ScreeningPlace | None = None
    ) -> Page[Dossier]:
        query: dict[str, Any] = dict(_IN_SCREENING)
        if delegation is not None:
            query["delegation"] = delegation
        if after is not None:
            query["$or"] = [{"due": {"$gt": after.due}}, {"due": after.due, "_id": {"$gt": after.participant_id}}]
        found, total = await page_of(self._dossiers, query, (("due", 1), ("_id", 1)), page)
        return Page([dossier_from(item) for item in found], page, total)


def _behind(dossier: Dossier) -> list[dict[str, Any]]:
    """What the queue's order puts behind this dossier, wherever the dossier is by now."""
    values: dict[str, Any] = {
        "risk": dossier.risk.value,
        "due": dossier.limit.due if dossier.limit else None,
        "delegation": dossier.subject.delegation,
        "_id": dossier.participant_id,
    }
    behind: list[dict[str, Any]] = []
    equal: dict[str, Any] = {}
    for name, way in QUEUE_ORDER:
        behind.append({**equal, name: {"$gt" if way > 0 else "$lt": values[name]}})
        equal[name] = values[name]
    return behind
