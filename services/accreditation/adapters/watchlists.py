"""Watchlists and alerts in MongoDB. A list names people who are nobody's participants: its content is sealed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.accreditation.adapters.dossier_documents import dossier_from
from services.accreditation.adapters.mongo import DOSSIERS, page_of, save_version
from services.accreditation.domain.alert import Alert, AlertState, Finding
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import DossierState, Officer
from services.accreditation.domain.ports import Page
from services.accreditation.domain.watchlist import Entry, ListVersion
from shared.messaging.unit_of_work import Transaction
from shared.security.sealing import seal, unseal
from shared.storage import Database, Document, Index
from shared.world import World

LISTS: Final = "watchlists"
LIST_PARTS: Final = "watchlist_parts"
ALERTS: Final = "alerts"
PART_ENTRIES: Final = 5_000
PARTS_MAX: Final = 100
LISTS_MAX: Final = 50
ALERTS_OF_ONE_MAX: Final = 500

INDEXES: Final = (
    Index(LISTS, (("code", 1), ("version", -1)), unique=True),
    Index(LIST_PARTS, (("code", 1), ("version", 1), ("number", 1)), unique=True),
    Index(ALERTS, (("participant_id", 1),)),
    Index(ALERTS, (("state", 1), ("score", -1), ("_id", 1))),
    Index(DOSSIERS, (("screened", 1),)),
)


class KeyedMark:
    """Keyed fingerprints (HMAC-SHA-256) and sealing under the service's own watchlist key."""

    def __init__(self, key: bytes, world: World) -> None:
        self._key = key
        self._world = world

    def __call__(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def seal(self, owner: str, content: bytes) -> bytes:
        return seal(self._key, owner, "entries", zlib.compress(content), self._world)

    def unseal(self, owner: str, sealed: bytes) -> bytes:
        """The content as it was packed."""
        return unseal(self._key, owner, "entries", sealed)


class MongoListBooks:
    """The lists' versions inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._lists = tx.collection(LISTS)

    async def version(self, code: str) -> ListVersion | None:
        found = await self._lists.find_one({"code": code}, sort=[("version", -1)])
        return _version_from(found) if found else None

    async def save_version(self, version: ListVersion) -> None:
        await self._lists.insert_one(_version_document(version))


class MongoWatchlists:
    def __init__(self, database: Database, keyed: KeyedMark) -> None:
        self._lists = database.collection(LISTS)
        self._parts = database.collection(LIST_PARTS)
        self._keyed = keyed

    async def versions(self) -> Sequence[ListVersion]:
        newest: list[Document] = [
            {"$sort": {"code": 1, "version": -1}},
            {"$group": {"_id": "$code", "newest": {"$first": "$$ROOT"}}},
            {"$sort": {"_id": 1}},
        ]
        found = [_version_from(item["newest"]) for item in await self._lists.aggregate(newest, limit=LISTS_MAX)]
        return [version for version in found if not version.is_removed]

    async def history(self, code: str) -> Sequence[ListVersion]:
        found = await self._lists.find({"code": code}, sort=[("version", -1)], limit=100)
        return [_version_from(item) for item in found]

    async def put_entries(self, code: str, version: int, entries: Sequence[Entry]) -> None:
        for number, start in enumerate(range(0, len(entries), PART_ENTRIES)):
            place = {"code": code, "version": version, "number": number}
            sealed = await asyncio.to_thread(
                self._sealed, _owner(code, version, number), entries[start : start + PART_ENTRIES]
            )
            await self._parts.replace_one(place, {**place, "sealed": sealed}, upsert=True)
        await self._parts.delete_many({"code": code, "version": version, "number": {"$gt": number}})

    def _sealed(self, owner: str, entries: Sequence[Entry]) -> bytes:
        """A line of JSON an entry: read one by one, no reading holds the process for long."""
        return self._keyed.seal(owner, "\n".join(json.dumps(_entry_json(entry)) for entry in entries).encode())

    async def packed(self, version: ListVersion) -> Sequence[bytes]:
        query = {"code": version.code, "version": version.version}
        return [
            self._keyed.unseal(_owner(version.code, version.version, item["number"]), bytes(item["sealed"]))
            for item in await self._parts.find(query, sort=[("number", 1)], limit=PARTS_MAX)
        ]

    async def drop_entries(self, version: ListVersion) -> None:
        kept = "$lte" if version.is_removed else "$lt"
        await self._parts.delete_many({"code": version.code, "version": {kept: version.version}})


class MongoAlertBooks:
    """Alerts inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._alerts = tx.collection(ALERTS)

    async def alerts(self, participant_id: str) -> Sequence[Alert]:
        found = await self._alerts.find({"participant_id": participant_id}, limit=ALERTS_OF_ONE_MAX)
        return [_alert_from(item) for item in found]

    async def alert(self, alert_id: str) -> Alert | None:
        found = await self._alerts.find_one({"_id": alert_id})
        return _alert_from(found) if found else None

    async def save(self, alert: Alert) -> None:
        await save_version(self._alerts, _alert_document(alert))

    async def forget(self, participant_id: str) -> None:
        await self._alerts.delete_many({"participant_id": participant_id})


class MongoAlertViews:
    def __init__(self, database: Database) -> None:
        self._alerts = database.collection(ALERTS)
        self._dossiers = database.collection(DOSSIERS)

    async def alerts_of(self, participant_id: str) -> Sequence[Alert]:
        found = await self._alerts.find(
            {"participant_id": participant_id}, sort=[("score", -1), ("_id", 1)], limit=ALERTS_OF_ONE_MAX
        )
        return [_alert_from(item) for item in found]

    async def alerts(self, *, state: AlertState, page: int) -> Page[Alert]:
        found, total = await page_of(self._alerts, {"state": state.value}, (("score", -1), ("_id", 1)), page)
        return Page([_alert_from(item) for item in found], page, total)

    async def to_screen(self, stamp: str, *, limit: int) -> Sequence[Dossier]:
        found = await self._dossiers.find(_unscreened(stamp), sort=[("waiting", -1), ("_id", 1)], limit=limit)
        return [dossier_from(item) for item in found]

    async def count_to_screen(self, stamp: str) -> int:
        return await self._dossiers.count(_unscreened(stamp))

    async def note_screened(self, dossiers: Sequence[Dossier], stamp: str) -> None:
        same = [{"_id": dossier.participant_id, "version": dossier.version} for dossier in dossiers]
        if same:
            await self._dossiers.update_many({"$or": same}, {"$set": {"screened": stamp}})


def read_packed(parts: Sequence[bytes]) -> list[Entry]:
    """A list's entries; takes a second for 100,000 of them."""
    return [_entry_from(json.loads(line)) for part in parts for line in zlib.decompress(part).splitlines()]


def _unscreened(stamp: str) -> dict[str, Any]:
    return {"screened": {"$ne": stamp}, "state": {"$ne": DossierState.WITHDRAWN.value}}


def _owner(code: str, version: int, number: int) -> str:
    return f"watchlist/{code}/{version}/{number}"


def _version_document(version: ListVersion) -> Document:
    return {
        "_id": version.stamp,
        "code": version.code,
        "version": version.version,
        "digest": version.digest,
        "entries": version.entries,
        "loaded_at": version.loaded_at,
        "loaded_by": version.loaded_by,
        "is_removed": version.is_removed,
    }


def _version_from(document: Document) -> ListVersion:
    return ListVersion(**{name: value for name, value in document.items() if name != "_id"})


def _entry_json(entry: Entry) -> list[Any]:
    births = [day.isoformat() for day in entry.birth_dates]
    return [entry.reference, entry.names, births, entry.nationalities, entry.documents]


def _entry_from(item: list[Any]) -> Entry:
    reference, names, births, nationalities, documents = item
    days = tuple(date.fromisoformat(text) for text in births)
    return Entry(reference, tuple(names), days, tuple(nationalities), tuple(documents))


def _alert_document(alert: Alert) -> Document:
    finding = alert.finding
    return {
        "_id": alert.alert_id,
        "participant_id": alert.participant_id,
        "delegation": alert.delegation,
        "list": finding.list_code,
        "reference": finding.reference,
        "score": finding.score,
        "rules": list(finding.rules),
        "evidence": list(finding.evidence),
        "person_mark": finding.person_mark,
        "entry_mark": finding.entry_mark,
        "state": alert.state.value,
        "since": alert.since,
        "by": {"account_id": alert.by.account_id, "person_id": alert.by.person_id} if alert.by else None,
        "lingers": alert.lingers,
        "version": alert.version + 1,
    }


def _alert_from(document: Document) -> Alert:
    by = document["by"]
    return Alert(
        participant_id=document["participant_id"],
        delegation=document["delegation"],
        finding=Finding(
            list_code=document["list"],
            reference=document["reference"],
            score=document["score"],
            rules=tuple(document["rules"]),
            evidence=tuple(document["evidence"]),
            person_mark=document["person_mark"],
            entry_mark=document["entry_mark"],
        ),
        state=AlertState(document["state"]),
        since=document["since"],
        by=Officer(by["account_id"], by["person_id"]) if by else None,
        lingers=document["lingers"],
        version=document["version"],
    )
