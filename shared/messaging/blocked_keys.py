"""Blocked keys: a record that fails holds back the later ones of its key, in this consumer group, across topics.

`blocked_keys` has one document a (group, key): the failure, how often it was tried, when next. `held_records` has
the records themselves by their place in the queue. Both change in one transaction with what they stand for, and every
change touches the key's document, so that a record that arrives while the key is being released conflicts and looks
again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from shared.messaging.cause import Cause
from shared.messaging.dead_letter import Failure, dead_letter
from shared.messaging.record import RawRecord
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.storage import Database, Document, Index
from shared.world import World

T = TypeVar("T")

BLOCKED_KEYS: Final = "blocked_keys"
HELD: Final = "held_records"
QUARANTINE: Final = "quarantine"
INDEXES: Final = (
    Index(BLOCKED_KEYS, (("_id.group", 1), ("state", 1), ("next_attempt_at", 1))),
    Index(HELD, (("group", 1), ("key", 1), ("place", 1)), unique=True),
    Index(QUARANTINE, (("group", 1),)),
)

RETRYING: Final = "retrying"
WAITING_FOR_OPERATOR: Final = "waiting_for_operator"
WAITING_FOR_PREDECESSOR: Final = "waiting_for_predecessor"
PREDECESSOR_MISSING: Final = "predecessor_missing"
BACKOFF_S: Final = (1, 5, 30, 120, 600)
GAP_LOOK_S: Final = 5


class Gap(Exception):
    """The record's predecessor in its stream has not come yet."""


@dataclass(frozen=True)
class BlockedKey:
    """A blocked key as operators see it: codes and counts, no value of any record."""

    group: str
    key: str
    code: str
    detail: str
    state: str
    since: datetime
    attempts: int
    held: int


class BlockedKeys:
    """The blocked keys of one consumer group."""

    def __init__(self, database: Database, unit_of_work: UnitOfWork, world: World, *, group: str) -> None:
        self.group = group
        self._unit_of_work = unit_of_work
        self._world = world
        self._keys = database.collection(BLOCKED_KEYS)
        self._held = database.collection(HELD)
        self._quarantine = database.collection(QUARANTINE)

    def id_of(self, key: str) -> dict[str, str]:
        return {"group": self.group, "key": key}

    async def is_blocked(self, key: str) -> bool:
        return await self._keys.find_one({"_id": self.id_of(key)}) is not None

    async def awaits_predecessor(self, key: str) -> bool:
        return await self._keys.find_one({"_id": self.id_of(key), "state": WAITING_FOR_PREDECESSOR}) is not None

    async def block(self, record: RawRecord, key: str, failure: Failure) -> None:
        """Block the key at this record, hold the record, and send it to the dead-letter topic: one commit."""

        async def work(tx: Transaction) -> None:
            await self._open(tx, record, key, failure, _schedule(0, tx.now))
            event_id = self._world.new_id()
            tx.emit_record(dead_letter(record, failure, group=self.group, event_id=event_id, blocked_key=key))

        await self._run(work)

    async def block_gap(self, record: RawRecord, key: str) -> None:
        """Hold the record until its predecessor comes; no failure, so no dead letter."""

        async def work(tx: Transaction) -> None:
            failure = Failure(PREDECESSOR_MISSING, "", "")
            await self._open(tx, record, key, failure, _gap_schedule(tx.now))

        await self._run(work)

    async def hold(self, record: RawRecord, key: str) -> bool:
        """Queue the record behind its blocked key; False when the key is not blocked. Twice the same is once."""
        if not await self.is_blocked(key):
            return False

        async def work(tx: Transaction) -> bool:
            return await self._append(tx, record, key)

        return await self._run(work)

    async def held(self, key: str) -> AsyncIterator[RawRecord]:
        """What is held of a key, in the order it came."""
        async for documents in self._held.stream({"group": self.group, "key": key}, sort=[("place", 1)], chunk=50):
            for document in documents:
                yield RawRecord.from_document(document)

    async def release(self, tx: Transaction, record: RawRecord, key: str) -> None:
        """Take the record out of the queue, in the transaction that applies it; the last one frees the key."""
        keys, held = tx.collection(BLOCKED_KEYS), tx.collection(HELD)
        due = {"attempts": 0, "state": RETRYING, "next_attempt_at": tx.now}
        await keys.update_one({"_id": self.id_of(key)}, {"$set": due, "$inc": {"released": 1}})
        await held.delete_one({"_id": self.place_id(record)})
        if await held.find_one({"group": self.group, "key": key}) is None:
            await keys.delete_one({"_id": self.id_of(key)})

    async def failed_again(self, record: RawRecord, key: str, failure: Failure) -> None:
        """Note another failure, of this record: next attempt later, or an operator's turn."""
        document = await self._keys.find_one({"_id": self.id_of(key)})
        if document is None:
            return
        attempts = document["attempts"] + 1
        await self._keys.update_one(
            {"_id": self.id_of(key)},
            {"$set": {**self._failure_fields(failure, record), **_schedule(attempts, self._world.now())}},
        )

    async def wait_for_predecessor(self, key: str) -> None:
        """Note that nothing held can be applied yet. Looked at again soon: an arrival may have crossed this note."""
        await self._keys.update_one({"_id": self.id_of(key)}, {"$set": _gap_schedule(self._world.now())})

    async def due(self, *, limit: int = 100) -> list[str]:
        """Keys whose next attempt is due."""
        states = {"$in": [RETRYING, WAITING_FOR_PREDECESSOR]}
        query = {"_id.group": self.group, "state": states, "next_attempt_at": {"$lte": self._world.now()}}
        return [document["_id"]["key"] for document in await self._keys.find(query, limit=limit)]

    async def count(self) -> int:
        return await self._keys.count({"_id.group": self.group})

    async def listed(self, *, limit: int) -> list[BlockedKey]:
        """Those blocked longest, with how many records each holds back."""
        found = await self._keys.find({"_id.group": self.group}, sort=[("since", 1)], limit=limit)
        return [
            BlockedKey(
                group=self.group,
                key=item["_id"]["key"],
                code=item["code"],
                detail=item["detail"],
                state=item["state"],
                since=item["since"],
                attempts=item["attempts"],
                held=await self._held.count({"group": self.group, "key": item["_id"]["key"]}),
            )
            for item in found
        ]

    async def quarantined(self) -> int:
        return await self._quarantine.count({"group": self.group})

    async def retry_now(self, key: str) -> bool:
        """Ask for an attempt at once, as an operator does who mended the cause."""
        update = {"$set": {"state": RETRYING, "attempts": 0, "next_attempt_at": self._world.now()}}
        return await self._keys.update_one({"_id": self.id_of(key)}, update) == 1

    async def quarantine(self, record: RawRecord, failure: Failure) -> None:
        """Keep a record that has no readable key or attributes, once, and send it to the dead-letter topic."""

        async def work(tx: Transaction) -> None:
            quarantine = tx.collection(QUARANTINE)
            identity = self.place_id(record)
            if await quarantine.find_one({"_id": identity}):
                return
            fields = {"group": self.group, "at": tx.now, **self._failure_fields(failure, record)}
            await quarantine.insert_one({"_id": identity, **fields, **record.document()})
            tx.emit_record(dead_letter(record, failure, group=self.group, event_id=self._world.new_id()))

        await self._run(work)

    async def _open(self, tx: Transaction, record: RawRecord, key: str, failure: Failure, schedule: Document) -> None:
        keys = tx.collection(BLOCKED_KEYS)
        if await keys.find_one({"_id": self.id_of(key)}) is None:
            await keys.insert_one(
                {
                    "_id": self.id_of(key),
                    "since": tx.now,
                    "places": 0,
                    "released": 0,
                    **self._failure_fields(failure, record),
                    **schedule,
                }
            )
        await self._append(tx, record, key)

    async def _append(self, tx: Transaction, record: RawRecord, key: str) -> bool:
        held = tx.collection(HELD)
        document = await tx.collection(BLOCKED_KEYS).find_one_and_update(
            {"_id": self.id_of(key)}, {"$inc": {"places": 1}}
        )
        if document is None:
            return False
        identity = self.place_id(record)
        if await held.find_one({"_id": identity}) is None:
            place = {"_id": identity, "group": self.group, "key": key, "place": document["places"]}
            await held.insert_one({**place, **record.document()})
        return True

    async def _run(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        return await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, f"group:{self.group}"))

    def place_id(self, record: RawRecord) -> dict[str, Any]:
        return {
            "group": self.group,
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        }

    def _failure_fields(self, failure: Failure, record: RawRecord) -> Document:
        return {
            "code": failure.code,
            "exception": failure.exception,
            "detail": failure.detail,
            "handler": failure.handler,
            "failed": self.place_id(record),
        }


def _schedule(attempts: int, now: datetime) -> Document:
    if attempts >= len(BACKOFF_S):
        return {"attempts": attempts, "state": WAITING_FOR_OPERATOR, "next_attempt_at": None}
    return {
        "attempts": attempts,
        "state": RETRYING,
        "next_attempt_at": now + timedelta(seconds=BACKOFF_S[attempts]),
    }


def _gap_schedule(now: datetime) -> Document:
    return {
        "attempts": 0,
        "state": WAITING_FOR_PREDECESSOR,
        "next_attempt_at": now + timedelta(seconds=GAP_LOOK_S),
    }
