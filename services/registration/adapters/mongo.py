"""Participants and quotas in MongoDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from services.registration.domain.participant import GONE, BadgeStatus, Participant, State
from services.registration.domain.quota import Quota
from services.registration.domain.registration_form import NAMES
from shared.contracts.conference import Conference
from shared.errors import InfrastructureError
from shared.field_remarks import remarks_from, remarks_to
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Document, Index

PARTICIPANTS: Final = "participants"
QUOTAS: Final = "quotas"
LIST_MAX: Final = 20_000
INDEXES: Final = (
    Index(PARTICIPANTS, (("delegation", 1), ("identity", 1)), unique=True),
    Index(PARTICIPANTS, (("delegation", 1), ("_id", 1))),
    Index(PARTICIPANTS, (("delegation", 1), ("state", 1), ("_id", 1))),
    Index(QUOTAS, (("delegation", 1),)),
)


class ConcurrentChangeError(InfrastructureError):
    """Somebody else changed the record since it was read; doing it again is right."""


class MongoParticipants:
    def __init__(self, database: Database) -> None:
        self._participants = database.collection(PARTICIPANTS)

    async def by_id(self, participant_id: str) -> Participant | None:
        document = await self._participants.find_one({"_id": participant_id})
        return _participant(document) if document else None

    async def by_ids(self, participant_ids: Sequence[str]) -> dict[str, Participant]:
        return await _by_ids(self._participants, participant_ids)

    async def of_delegation(self, delegation: str, *, after: str, limit: int, drafts: bool = True) -> list[Participant]:
        query: dict[str, Any] = {"delegation": delegation, "_id": {"$gt": after}}
        if not drafts:
            query["state"] = {"$ne": State.DRAFT.value}
        return [_participant(item) for item in await self._participants.find(query, sort=[("_id", 1)], limit=limit)]

    async def by_identities(self, delegation: str, identities: Sequence[str]) -> dict[str, Participant]:
        return await _by_identities(self._participants, delegation, identities)

    async def by_document_numbers(self, delegation: str, fingerprints: Sequence[str]) -> list[Participant]:
        query = {
            "delegation": delegation,
            "state": {"$ne": State.DRAFT.value},
            "fingerprints.document_number": {"$in": list(fingerprints)},
        }
        found = await self._participants.find(query, limit=max(1, 2 * len(fingerprints)))
        return [_participant(document) for document in found]

    async def born_and_named(self, delegation: str, births: Iterable[str], names: Iterable[str]) -> list[Participant]:
        query = {
            "delegation": delegation,
            "state": {"$nin": [State.DRAFT.value, *(state.value for state in GONE)]},
            "fingerprints.birth_date": {"$in": list(births)},
            "$or": [{f"fingerprints.{name}": {"$in": list(names)}} for name in NAMES],
        }
        return [_participant(document) for document in await self._participants.find(query, limit=LIST_MAX)]

    async def in_transaction(
        self, tx: Transaction, delegation: str, identities: Sequence[str]
    ) -> dict[str, Participant]:
        return await _by_identities(tx.collection(PARTICIPANTS), delegation, identities)

    async def one_in_transaction(self, tx: Transaction, participant_id: str) -> Participant | None:
        document = await tx.collection(PARTICIPANTS).find_one({"_id": participant_id})
        return _participant(document) if document else None

    async def many_in_transaction(self, tx: Transaction, participant_ids: Sequence[str]) -> dict[str, Participant]:
        return await _by_ids(tx.collection(PARTICIPANTS), participant_ids)

    async def remove(self, tx: Transaction, participant: Participant) -> None:
        """Raises ConcurrentChangeError unless the stored version is this one."""
        query = {"_id": participant.participant_id, "version": participant.version}
        if await tx.collection(PARTICIPANTS).delete_one(query) != 1:
            raise ConcurrentChangeError

    async def add(self, tx: Transaction, participant: Participant) -> None:
        await tx.collection(PARTICIPANTS).insert_one(_document(participant))

    async def add_many(self, tx: Transaction, participants: Sequence[Participant]) -> None:
        if participants:
            await tx.collection(PARTICIPANTS).insert_many(_document(each) for each in participants)

    async def save(self, tx: Transaction, participant: Participant) -> None:
        """Raises ConcurrentChangeError unless the stored version is the one before."""
        query = {"_id": participant.participant_id, "version": participant.version - 1}
        if await tx.collection(PARTICIPANTS).replace_one(query, _document(participant)) != 1:
            raise ConcurrentChangeError


async def _by_ids(collection: Collection, participant_ids: Sequence[str]) -> dict[str, Participant]:
    found = await collection.find({"_id": {"$in": list(participant_ids)}}, limit=max(1, len(participant_ids)))
    return {item["_id"]: _participant(item) for item in found}


async def _by_identities(collection: Collection, delegation: str, identities: Sequence[str]) -> dict[str, Participant]:
    query = {"delegation": delegation, "identity": {"$in": list(identities)}}
    found = await collection.find(query, limit=max(1, len(identities)))
    return {item["identity"]: _participant(item) for item in found}


async def set_quotas(tx: Transaction, conference: Conference) -> None:
    """The places of a new conference version; what is used and what was waived stay.

    More used than places is shown, not undone.
    """
    quotas = tx.collection(QUOTAS)
    for delegation in conference.delegations:
        for quota in delegation.quotas:
            identity = {"_id": f"{delegation.code}/{quota.category}"}
            fields = {"delegation": delegation.code, "category": quota.category, "places": quota.places}
            new = {"used": 0, "waived": 0}
            await quotas.update_one(identity, {"$set": fields, "$setOnInsert": new}, upsert=True)


class MongoQuotas:
    """One document a delegation and category: `places` of the conference, `waived` on top of them, `used`."""

    def __init__(self, database: Database) -> None:
        self._quotas = database.collection(QUOTAS)

    async def of_delegation(self, delegation: str) -> dict[str, Quota]:
        found = await self._quotas.find({"delegation": delegation}, limit=100)
        return {item["category"]: _quota(item) for item in found}

    async def within(self, tx: Transaction, delegation: str) -> dict[str, Quota]:
        found = await tx.collection(QUOTAS).find({"delegation": delegation}, limit=100)
        return {item["category"]: _quota(item) for item in found}

    async def take(self, tx: Transaction, delegation: str, category: str, places: int = 1) -> bool:
        there = {"$add": ["$places", {"$ifNull": ["$waived", 0]}]}
        query = {
            "_id": f"{delegation}/{category}",
            "$expr": {"$lte": [{"$add": ["$used", places]}, there]},
        }
        return await tx.collection(QUOTAS).update_one(query, {"$inc": {"used": places}}) == 1

    async def take_anyway(self, tx: Transaction, delegation: str, category: str) -> None:
        await tx.collection(QUOTAS).update_one({"_id": f"{delegation}/{category}"}, {"$inc": {"used": 1}})

    async def give_back(self, tx: Transaction, delegation: str, category: str, places: int = 1) -> None:
        await tx.collection(QUOTAS).update_one({"_id": f"{delegation}/{category}"}, {"$inc": {"used": -places}})

    async def waive(self, tx: Transaction, delegation: str, category: str, places: int) -> None:
        identity = {"_id": f"{delegation}/{category}"}
        new = {"delegation": delegation, "category": category, "places": 0, "used": 0}
        update = {"$inc": {"waived": places}, "$setOnInsert": new}
        await tx.collection(QUOTAS).update_one(identity, update, upsert=True)


def _quota(document: Document) -> Quota:
    waived = document.get("waived", 0)
    return Quota(document["category"], document["places"] + waived, document["used"], waived)


def _document(participant: Participant) -> Document:
    document: Document = {**vars(participant), "remarks": remarks_to(participant.remarks)}
    document["_id"] = document.pop("participant_id")
    return document


def _participant(document: Document) -> Participant:
    return Participant(
        participant_id=document["_id"],
        conference_id=document["conference_id"],
        delegation=document["delegation"],
        category=document["category"],
        identity=document["identity"],
        fingerprints=document["fingerprints"],
        state=State(document["state"]),
        badge=BadgeStatus(document["badge"]),
        revision=document["revision"],
        version=document["version"],
        edition=document.get("edition", 1),
        form_version=document.get("form_version", 1),
        precedence=document.get("precedence"),
        substitutes=document.get("substitutes"),
        substituted_by=document.get("substituted_by"),
        returned_fields=tuple(document.get("returned_fields", ())),
        remark=document.get("remark"),
        remarks=remarks_from(document.get("remarks", ())),
        releasable_code=document.get("releasable_code"),
        walk_up=document.get("walk_up", False),
        badge_id=document.get("badge_id"),
    )
