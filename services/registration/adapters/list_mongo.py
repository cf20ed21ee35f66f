"""What stands around a delegation's list, in MongoDB: forms, waivers, notes verbales and the history of changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any, Final

from services.registration.domain.list_change import ChangeKind, ListChange, NoteVerbale
from services.registration.domain.registration_form import PHOTO, Form, Rule
from services.registration.domain.waiver import Waiver, WaiverState
from shared.contracts.conference import Category, Conference
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

FORMS: Final = "forms"
WAIVERS: Final = "waivers"
NOTES: Final = "notes_verbales"
CHANGES: Final = "list_changes"
INDEXES: Final = (
    Index(FORMS, (("category", 1), ("version", -1)), unique=True),
    Index(WAIVERS, (("delegation", 1), ("asked_at", -1))),
    Index(WAIVERS, (("state", 1), ("asked_at", 1))),
    Index(WAIVERS, (("decided_at", -1),)),
    Index(NOTES, (("delegation", 1), ("added_at", -1))),
    Index(CHANGES, (("participant_id", 1), ("at", -1))),
    Index(CHANGES, (("delegation", 1), ("at", -1))),
)


async def keep_forms(tx: Transaction, conference: Conference) -> None:
    """Keep each category's form as its next version when it asks something else than the latest one."""
    forms = tx.collection(FORMS)
    for category in conference.categories:
        document = await forms.find_one({"category": category.code}, sort=[("version", -1)])
        latest = _form(document) if document else None
        form = Form(category.code, latest.version + 1 if latest else 1, rules_of(category))
        if latest is None or not latest.is_like(form):
            rules = {field: rule.value for field, rule in form.rules.items()}
            key = f"{form.category}/{form.version}"
            await forms.insert_one({"_id": key, "category": form.category, "version": form.version, "rules": rules})


def rules_of(category: Category) -> dict[str, Rule]:
    """A category's form as the conference file says it."""
    rules = {field: Rule(rule.value) for field, rule in category.form.items()}
    if category.passport_required:
        rules["document_number"] = Rule.REQUIRED
    if category.photo_required:
        rules[PHOTO] = Rule.REQUIRED
    return rules


class MongoForms:
    def __init__(self, database: Database) -> None:
        self._forms = database.collection(FORMS)

    async def current(self, category: str) -> Form | None:
        document = await self._forms.find_one({"category": category}, sort=[("version", -1)])
        return _form(document) if document else None

    async def current_of(self, categories: Collection[str]) -> dict[str, Form]:
        pipeline: list[dict[str, Any]] = [
            {"$match": {"category": {"$in": list(categories)}}},
            {"$sort": {"category": 1, "version": -1}},
            {"$group": {"_id": "$category", "form": {"$first": "$$ROOT"}}},
        ]
        found = await self._forms.aggregate(pipeline, limit=max(1, len(categories)))
        return {item["_id"]: _form(item["form"]) for item in found}

    async def version(self, category: str, version: int) -> Form | None:
        document = await self._forms.find_one({"category": category, "version": version})
        return _form(document) if document else None


class MongoWaivers:
    def __init__(self, database: Database) -> None:
        self._waivers = database.collection(WAIVERS)

    async def by_id(self, waiver_id: str) -> Waiver | None:
        document = await self._waivers.find_one({"_id": waiver_id})
        return _waiver(document) if document else None

    async def of_delegation(self, delegation: str, *, limit: int) -> list[Waiver]:
        found = await self._waivers.find({"delegation": delegation}, sort=[("asked_at", -1)], limit=limit)
        return [_waiver(item) for item in found]

    async def asked(self, *, limit: int) -> list[Waiver]:
        query = {"state": WaiverState.ASKED.value}
        return [_waiver(item) for item in await self._waivers.find(query, sort=[("asked_at", 1)], limit=limit)]

    async def decided(self, *, limit: int) -> list[Waiver]:
        query = {"decided_at": {"$ne": None}}
        return [_waiver(item) for item in await self._waivers.find(query, sort=[("decided_at", -1)], limit=limit)]

    async def in_transaction(self, tx: Transaction, waiver_id: str) -> Waiver | None:
        document = await tx.collection(WAIVERS).find_one({"_id": waiver_id})
        return _waiver(document) if document else None

    async def save(self, tx: Transaction, waiver: Waiver) -> None:
        document = _keyed(asdict(waiver), "waiver_id")
        await tx.collection(WAIVERS).replace_one({"_id": waiver.waiver_id}, document, upsert=True)


class MongoNotes:
    def __init__(self, database: Database) -> None:
        self._notes = database.collection(NOTES)

    async def by_id(self, note_id: str) -> NoteVerbale | None:
        document = await self._notes.find_one({"_id": note_id})
        return _note(document) if document else None

    async def by_ids(self, note_ids: Collection[str]) -> dict[str, NoteVerbale]:
        wanted = sorted(set(note_ids))
        found = await self._notes.find({"_id": {"$in": wanted}}, limit=len(wanted)) if wanted else []
        return {item["_id"]: _note(item) for item in found}

    async def of_delegation(self, delegation: str, *, limit: int) -> list[NoteVerbale]:
        found = await self._notes.find({"delegation": delegation}, sort=[("added_at", -1)], limit=limit)
        return [_note(item) for item in found]

    async def add(self, tx: Transaction, note: NoteVerbale) -> None:
        document = _keyed(asdict(note), "note_id")
        document["dated"] = datetime.combine(note.dated, time(), UTC)
        await tx.collection(NOTES).insert_one(document)


class MongoChanges:
    def __init__(self, database: Database) -> None:
        self._changes = database.collection(CHANGES)

    async def add(self, tx: Transaction, change: ListChange) -> None:
        document = _keyed({**vars(change)}, "change_id")
        await tx.collection(CHANGES).replace_one({"_id": change.change_id}, document, upsert=True)

    async def add_many(self, tx: Transaction, changes: Sequence[ListChange]) -> None:
        if changes:
            await tx.collection(CHANGES).insert_many(_keyed({**vars(each)}, "change_id") for each in changes)

    async def of_participant(self, participant_id: str, *, limit: int) -> list[ListChange]:
        return await self._latest({"participant_id": participant_id}, limit)

    async def of_delegation(self, delegation: str, *, limit: int) -> list[ListChange]:
        return await self._latest({"delegation": delegation}, limit)

    async def _latest(self, query: dict[str, Any], limit: int) -> list[ListChange]:
        found = await self._changes.find(query, sort=[("at", -1)], limit=limit)
        return [_change(item) for item in found]


def _keyed(document: Document, name: str) -> Document:
    document["_id"] = document.pop(name)
    return document


def _form(document: Document) -> Form:
    rules = {field: Rule(rule) for field, rule in document["rules"].items()}
    return Form(document["category"], document["version"], rules)


def _waiver(document: Document) -> Waiver:
    values = {name: value for name, value in document.items() if name != "_id"}
    return Waiver(waiver_id=document["_id"], **{**values, "state": WaiverState(values["state"])})


def _note(document: Document) -> NoteVerbale:
    values = {name: value for name, value in document.items() if name != "_id"}
    dated: date = values["dated"].date()
    return NoteVerbale(note_id=document["_id"], **{**values, "dated": dated})


def _change(document: Document) -> ListChange:
    values = {name: value for name, value in document.items() if name != "_id"}
    kind, fields = ChangeKind(values["kind"]), tuple(values["fields"])
    return ListChange(change_id=document["_id"], **{**values, "kind": kind, "fields": fields})
