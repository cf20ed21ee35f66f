"""The outbox: events written in the commit of the state they tell of, published afterwards by the relay.

A row is a Kafka record to be. Unique (topic, key, sequence); `published` moves once from False to True, and published
rows go after seven days. `shard` is a hash of the stream, by which several relays share an outbox. Any collection of
the same shape can serve as an outbox (the entrance's scan log does).
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Protocol

from shared.contracts.envelope import Envelope, Headers
from shared.contracts.event import IntegrationEvent
from shared.contracts.sequence import NUMBERS, Place, place_after
from shared.errors import TooLargeError
from shared.messaging.cause import Cause
from shared.storage import Collection, Document, Index
from shared.world import World

OUTBOX: Final = "outbox"
STREAMS: Final = "streams"
RECORD_BYTES_MAX: Final = 900_000
KEEP_PUBLISHED_S: Final = 7 * 24 * 3600


def outbox_indexes(collection: str, *, keep_for_ever: bool = False) -> list[Index]:
    """The indexes of a collection that a relay reads. A log that is also state is kept for ever."""
    indexes = [
        Index(collection, (("topic", 1), ("key", 1), ("sequence", 1)), unique=True),
        Index(
            collection,
            (("published", 1), ("topic", 1), ("key", 1), ("sequence", 1), ("shard", 1)),
            partial={"published": False},
        ),
        Index(
            collection,
            (("published", 1), ("recorded_at", 1), ("shard", 1)),
            partial={"published": False},
        ),
    ]
    if not keep_for_ever:
        indexes.append(Index(collection, (("published_at", 1),), expire_after_s=KEEP_PUBLISHED_S))
    return indexes


INDEXES: Final = (*outbox_indexes(OUTBOX), Index(STREAMS, ()))


class RecordTooLargeError(TooLargeError):
    """An event over the size that the broker takes is refused at commit: nothing later could send it."""

    code: ClassVar[str] = "event_too_large"


@dataclass(frozen=True)
class OutgoingRecord:
    """A record without its place in the stream yet. `key` and `topic` are without the installation's prefix."""

    topic: str
    key: str
    event_id: str
    data: bytes
    envelope: Envelope | None
    extra_headers: tuple[tuple[str, bytes], ...] = ()

    def document(self, place: Place, recorded_at: datetime) -> Document:
        """The outbox row at this place in its stream. Raises RecordTooLargeError."""
        headers: Headers = list(self.extra_headers)
        if self.envelope is not None:
            headers += self.envelope.headers(place)
        size = len(self.data) + len(self.key) + sum(len(name) + len(value) for name, value in headers)
        if self.envelope is not None and size > RECORD_BYTES_MAX:
            raise RecordTooLargeError
        return {
            "_id": self.event_id,
            "topic": self.topic,
            "key": self.key,
            "sequence": place.sequence,
            "shard": shard_of(self.topic, self.key),
            "headers": [[name, value] for name, value in headers],
            "data": self.data,
            "recorded_at": recorded_at,
            "published": False,
        }


def shard_of(topic: str, key: str) -> int:
    """The stream's shard, the same for ever: CRC-32 of its topic and key."""
    return zlib.crc32(f"{topic}\0{key}".encode())


def outgoing(event: IntegrationEvent, *, cause: Cause, world: World, source: str) -> OutgoingRecord:
    """An integration event as a record of its stream, with everything but the sequence."""
    event_id = world.new_id()
    envelope = Envelope(
        id=event_id,
        source=f"/bawaba/{source}",
        type=event.TYPE,
        subject=event.stream_key(),
        time=world.now(),
        sequence=0,
        correlation_id=cause.correlation_id,
        causation_id=cause.causation_id,
        traceparent=cause.traceparent,
        actor=cause.actor,
    )
    return OutgoingRecord(event.TOPIC, event.stream_key(), event_id, event.to_json(), envelope)


def outbox_document(event: IntegrationEvent, *, place: Place, cause: Cause, world: World, source: str) -> Document:
    """A row for an append-only log that gives its own sequences, as the entrance's does."""
    return outgoing(event, cause=cause, world=world, source=source).document(place, world.now())


class _Collections(Protocol):
    def collection(self, name: str) -> Collection: ...


async def append(transaction: _Collections, records: Sequence[OutgoingRecord], *, now: datetime, epoch: int) -> None:
    """Give each record the next sequence of its stream and write the rows, in the caller's transaction.

    The sequence is a counter document changed in the same transaction: of two writers of one stream the later one runs
    again, so what is committed of a stream never has a gap and never a double.
    """
    streams: dict[tuple[str, str], list[OutgoingRecord]] = defaultdict(list)
    for record in records:
        streams[record.topic, record.key].append(record)
    documents: list[Document] = []
    before = await _advanced(
        transaction.collection(STREAMS), {stream: len(rows) for stream, rows in streams.items()}, epoch
    )
    for stream, of_stream in streams.items():
        last = before[stream]
        for record in of_stream:
            place = place_after(last, epoch)
            documents.append(record.document(place, now))
            last = place.sequence
    await transaction.collection(OUTBOX).insert_many(_in_order(documents, records))


async def _advanced(counters: Collection, by: Mapping[tuple[str, str], int], epoch: int) -> dict[tuple[str, str], int]:
    """Move each stream's counter on; answers where it stood. Many streams take two requests, one takes one."""
    if len(by) == 1:
        ((topic, key), count), *_ = by.items()
        grown = {"$add": [{"$max": ["$sequence", epoch * NUMBERS]}, count]}
        counter = await counters.find_one_and_update(
            {"_id": {"topic": topic, "key": key}},
            [{"$set": {"before": {"$ifNull": ["$sequence", 0]}, "sequence": grown}}],
            upsert=True,
        )
        assert counter is not None, "an upsert answers the document"
        return {(topic, key): counter["before"]}
    # What the transaction reads is what it replaces or finds missing, or it runs again: another writer's commit is a
    # conflict, also of a stream that both begin.
    identities = [{"topic": topic, "key": key} for topic, key in by]
    found = await counters.find({"_id": {"$in": identities}}, limit=len(identities))
    known = {(each["_id"]["topic"], each["_id"]["key"]): each["sequence"] for each in found}
    before = {stream: known.get(stream, 0) for stream in by}
    moved = {
        (topic, key): {
            "_id": {"topic": topic, "key": key},
            "before": last,
            "sequence": max(last, epoch * NUMBERS) + by[topic, key],
        }
        for (topic, key), last in before.items()
    }
    if begun := [document for stream, document in moved.items() if stream not in known]:
        await counters.insert_many(begun)
    if going_on := [document for stream, document in moved.items() if stream in known]:
        await counters.put_many(going_on)
    return before


def _in_order(documents: Iterable[Document], records: Sequence[OutgoingRecord]) -> list[Document]:
    place = {record.event_id: index for index, record in enumerate(records)}
    return sorted(documents, key=lambda document: place[document["_id"]])
