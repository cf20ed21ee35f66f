"""A service's dead letters as operators see them: why each key is blocked and what it holds back, without any value.

A letter is a blocked key with the record that failed. It is named by an id that says group and key, so that a key of
any characters fits into an address.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from shared.contracts.envelope import Envelope, parse_headers
from shared.contracts.event import REGISTRY
from shared.errors import ContractError, NotFoundError
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD, QUARANTINE
from shared.messaging.inbox import POSITIONS, Inbox
from shared.messaging.record import RawRecord
from shared.messaging.record_edit import shape
from shared.storage import Database, Document, Index

MENDINGS: Final = "mendings"
DISCARDS: Final = "discards"
INDEXES: Final = (
    Index(MENDINGS, (("group", 1), ("key", 1), ("proposed_at", -1))),
    Index(MENDINGS, (("state", 1),)),
    Index(DISCARDS, (("state", 1), ("proposed_at", -1))),
)
LETTERS_MAX: Final = 500
HELD_SHOWN_MAX: Final = 50
MENDINGS_SHOWN_MAX: Final = 20
POSITIONS_MAX: Final = 50


@dataclass(eq=False)
class NoDeadLetterError(NotFoundError):
    """No key is blocked under this id: never, or not any more."""

    code: ClassVar[str] = "dead_letter.not_found"


@dataclass(frozen=True)
class HeldRecord:
    """A record in the queue of a blocked key, by its place on the log and in its stream."""

    topic: str
    partition: int
    offset: int
    type: str
    sequence: int
    event_id: str
    happened: datetime | None


@dataclass(frozen=True)
class Letter:
    """A blocked key: the cause in codes and field paths, and its blast radius, `held` records.

    `handler` failed; `handler_now` is what would try again: another version says that its code has changed since.
    """

    id: str
    service: str
    group: str
    key: str
    code: str
    detail: str
    exception: str
    state: str
    since: datetime
    attempts: int
    held: int
    handler: str
    handler_now: str
    failed: HeldRecord | None


@dataclass(frozen=True)
class Position:
    """How far a consumer group has applied a stream."""

    group: str
    sequence: int


@dataclass(frozen=True)
class LetterDetail:
    """`fields` has the failed record's paths with the type of what is there, `expected` those of its contract."""

    letter: Letter
    held: list[HeldRecord]
    fields: Mapping[str, str]
    expected: Mapping[str, str]
    positions: list[Position]
    mendings: list[dict[str, Any]]


@dataclass(frozen=True)
class Alike:
    """What failed for the same reason: the group, and the failure's code and detail."""

    group: str
    code: str
    detail: str


@dataclass(frozen=True)
class CauseCount:
    """How much one cause blocks: keys, and the records held back behind them."""

    group: str
    code: str
    detail: str
    keys: int
    held: int
    since: datetime


@dataclass(frozen=True)
class Quarantined:
    """Records without a readable key or attributes, by cause. What follows one in its stream, if anything, waits."""

    group: str
    code: str
    detail: str
    records: int


def letter_id(group: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{group}\0{key}".encode("utf-8", "surrogatepass")).decode().rstrip("=")


def group_and_key(identity: str) -> tuple[str, str]:
    """Raises NoDeadLetterError for what is no letter's id."""
    try:
        text = base64.b64decode(identity.encode() + b"=" * (-len(identity) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise NoDeadLetterError from None
    group, found, key = text.partition("\0")
    if not found:
        raise NoDeadLetterError
    return group, key


class DeadLetters:
    """What one service's consumer groups could not apply. Reads alone; `mend_dead_letter` changes."""

    def __init__(self, database: Database, service: str, inboxes: Sequence[Inbox]) -> None:
        self._service = service
        self._inboxes = inboxes
        self._keys = database.collection(BLOCKED_KEYS)
        self._held = database.collection(HELD)
        self._quarantine = database.collection(QUARANTINE)
        self._positions = database.collection(POSITIONS)
        self._mendings = database.collection(MENDINGS)
        self._discards = database.collection(DISCARDS)

    def inbox(self, group: str) -> Inbox:
        """Raises NoDeadLetterError."""
        for each in self._inboxes:
            if each.group == group:
                return each
        raise NoDeadLetterError

    async def listed(self) -> list[Letter]:
        """Those blocked longest first, five hundred at most; `causes` counts them all."""
        found = await self._keys.find({}, sort=[("since", 1)], limit=LETTERS_MAX)
        return [await self._letter(document) for document in found]

    async def causes(self) -> list[CauseCount]:
        """Every cause with all that it blocks."""
        cause = {"group": "$_id.group", "code": "$code", "detail": "$detail"}
        grouped = {"$group": {"_id": cause, "keys": {"$sum": 1}, "since": {"$min": "$since"}}}
        found = await self._keys.aggregate([grouped, {"$sort": {"since": 1}}], limit=LETTERS_MAX)
        return [
            CauseCount(
                **item["_id"], keys=item["keys"], held=await self._held_by(Alike(**item["_id"])), since=item["since"]
            )
            for item in found
        ]

    async def alike(self, alike: Alike, *, after: str, limit: int) -> tuple[list[str], int]:
        """The ids of letters of one cause in their order, behind `after`, and how many follow those.

        Raises NoDeadLetterError for an `after` that is no letter's id.
        """
        query = _of(alike)
        if after:
            group, key = group_and_key(after)
            query["_id"] = {"$gt": {"group": group, "key": key}}
        found = await self._keys.find(query, sort=[("_id", 1)], limit=limit, projection={"_id": 1})
        left = await self._keys.count(query) - len(found)
        return [letter_id(item["_id"]["group"], item["_id"]["key"]) for item in found], max(0, left)

    async def quarantined(self) -> list[Quarantined]:
        grouped = {"_id": {name: f"${name}" for name in ("group", "code", "detail")}, "records": {"$sum": 1}}
        found = await self._quarantine.aggregate([{"$group": grouped}, {"$sort": {"records": -1}}], limit=LETTERS_MAX)
        return [Quarantined(**item["_id"], records=item["records"]) for item in found]

    async def discards(self) -> list[dict[str, Any]]:
        """What somebody proposed to drop and nobody has yet put into force, the latest first."""
        found = await self._discards.find({"state": "proposed"}, sort=[("proposed_at", -1)], limit=MENDINGS_SHOWN_MAX)
        return [shown_mending(item) for item in found]

    async def detail(self, identity: str) -> LetterDetail:
        """Raises NoDeadLetterError."""
        group, key = group_and_key(identity)
        document = await self._keys.find_one({"_id": {"group": group, "key": key}})
        if document is None:
            raise NoDeadLetterError
        record = await self.failed_record(document)
        queue = await self._held.find({"group": group, "key": key}, sort=[("place", 1)], limit=HELD_SHOWN_MAX)
        return LetterDetail(
            letter=await self._letter(document),
            held=[_held(RawRecord.from_document(item)) for item in queue],
            fields=shape(record.value) if record else {},
            expected=_expected(record) if record else {},
            positions=await self.positions(record.topic, key) if record else [],
            mendings=await self._mendings_of(group, key),
        )

    async def failed_record(self, document: Document) -> RawRecord | None:
        """The record that a blocked key's document says has failed; of an older document the first in the queue."""
        query: dict[str, Any] = {"group": document["_id"]["group"], "key": document["_id"]["key"]}
        if document.get("failed"):
            query["_id"] = document["failed"]
        found = await self._held.find_one(query, sort=[("place", 1)])
        return RawRecord.from_document(found) if found else None

    async def positions(self, topic: str, key: str) -> list[Position]:
        """How far each of this service's groups has applied the stream."""
        query = {"_id": {"$in": [{"group": each.group, "topic": topic, "key": key} for each in self._inboxes]}}
        found = await self._positions.find(query, limit=POSITIONS_MAX)
        return sorted((Position(item["_id"]["group"], item["sequence"]) for item in found), key=lambda each: each.group)

    async def _held_by(self, alike: Alike) -> int:
        held = 0
        chunks = self._keys.stream(_of(alike), sort=[("_id", 1)], chunk=1_000, projection={"_id": 1})
        async for keys in chunks:
            held += await self._held.count(
                {"group": alike.group, "key": {"$in": [item["_id"]["key"] for item in keys]}}
            )
        return held

    async def _letter(self, document: Document) -> Letter:
        group, key = document["_id"]["group"], document["_id"]["key"]
        record = await self.failed_record(document)
        handlers = [each.handler_of(record) for each in self._inboxes if record and each.group == group]
        return Letter(
            id=letter_id(group, key),
            service=self._service,
            group=group,
            key=key,
            code=document["code"],
            detail=document["detail"],
            exception=document["exception"],
            state=document["state"],
            since=document["since"],
            attempts=document["attempts"],
            held=await self._held.count({"group": group, "key": key}),
            handler=document.get("handler", ""),
            handler_now=handlers[0] if handlers else "",
            failed=_held(record) if record else None,
        )

    async def _mendings_of(self, group: str, key: str) -> list[dict[str, Any]]:
        query = {"group": group, "key": key}
        found = await self._mendings.find(query, sort=[("proposed_at", -1)], limit=MENDINGS_SHOWN_MAX)
        return [shown_mending(item) for item in found]


def shown_mending(document: Document) -> dict[str, Any]:
    """A mending without the record that it makes."""
    left_out = ("_id", "value", "records", "fingerprint", "proposed_person", "applied_person")
    return {"id": document["_id"], **{name: value for name, value in document.items() if name not in left_out}}


def _of(alike: Alike) -> Document:
    return {"_id.group": alike.group, "code": alike.code, "detail": alike.detail}


def _held(record: RawRecord) -> HeldRecord:
    envelope = _envelope(record)
    return HeldRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        type=envelope.type if envelope else "",
        sequence=envelope.sequence if envelope else 0,
        event_id=envelope.id if envelope else "",
        happened=envelope.time if envelope else None,
    )


def _envelope(record: RawRecord) -> Envelope | None:
    try:
        return parse_headers(record.headers)
    except ContractError:
        return None


def _expected(record: RawRecord) -> dict[str, str]:
    """The contract's own fields, each with whether it must be there."""
    envelope = _envelope(record)
    contract = REGISTRY.events.get(envelope.type) if envelope else None
    if contract is None:
        return {}
    return {
        name: "required" if field.is_required() else "optional" for name, field in sorted(contract.model_fields.items())
    }
