"""Build a read model again from the log, beside the live one: from each topic's first offset, side effects off.

First to exactly the positions of a snapshot of the live model, so that both can be compared by hash while the live one
goes on; then, if it is to be swapped in, after it as far as it has come meanwhile, and the last few records while the
live group is held for a moment. What an operator edited or skipped counts as it was mended.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.envelope import Envelope, parse_headers
from shared.contracts.topics import PARTITIONS
from shared.errors import BawabaError, ContractError
from shared.messaging.dead_letters import MENDINGS
from shared.messaging.inbox import POSITIONS, Inbox, Replay
from shared.messaging.kafka import KafkaAccess, loose_consumer
from shared.messaging.log_positions import members_of
from shared.messaging.mend_dead_letter import Kind
from shared.messaging.record import RawRecord
from shared.messaging.shadow import SHADOW_SUFFIX, NeedDocumentError, ShadowDocuments, ShadowTransaction
from shared.storage import Collection, Database, Index

BATCH: Final = 1_000
CHUNK: Final = 1_000
QUIET_S_MAX: Final = 20.0
ROUNDS_MAX: Final = 5
HOLD_S_MAX: Final = 10.0
Stream = tuple[str, str]
Due = tuple[RawRecord, str, Envelope]
Progress = Callable[[int, int], None]


class RebuildFailedError(BawabaError):
    """The model cannot be built from the log; the live one is as it was. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ReadModel:
    """A model that is a fold of events: its collections, and the purpose of the consumer group that folds it."""

    name: str
    purpose: str
    collections: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """What a model held: how many documents, and a hash over all of them that does not depend on their order."""

    documents: int
    digest: str


@dataclass(frozen=True)
class Comparison:
    live: Content
    built: Content
    records: int

    @property
    def equal(self) -> bool:
        return self.live == self.built


class Rebuild:
    """One building of one model. `run` compares; `swap_in` then follows the live model and takes its place."""

    def __init__(
        self,
        database: Database,
        access: KafkaAccess,
        inbox: Inbox,
        model: ReadModel,
        indexes: Sequence[Index],
        progress: Progress = lambda _done, _total: None,
    ) -> None:
        self._database = database
        self._access = access
        self._inbox = inbox
        self._model = model
        self._indexes = [replace(each, collection=each.collection + SHADOW_SUFFIX) for each in indexes]
        self._progress = progress
        self._documents = ShadowDocuments(database, model.collections)
        self._topics = inbox.topics
        self._applied: dict[Stream, int] = {}
        self._pending: dict[Stream, dict[int, tuple[Envelope, RawRecord]]] = {}
        self._next: dict[TopicPartition, int] = {}
        self._beyond: dict[TopicPartition, int] = {}
        self._total = 0
        self.records = 0

    async def run(self) -> Comparison:
        """Build up to a snapshot of the live model and compare. Raises RebuildFailedError."""
        await self.drop()
        await self._database.ensure_indexes(self._indexes)
        async with self._database.snapshot() as snapshot:
            goal = await self._positions(snapshot.collection(POSITIONS))
            live = await content_of([snapshot.collection(name) for name in self._model.collections])
        await self._follow(goal, from_the_beginning=True)
        built = await content_of([self._database.collection(name + SHADOW_SUFFIX) for name in self._model.collections])
        return Comparison(live, built, self.records)

    async def require_alone(self) -> None:
        """Raises RebuildFailedError when another process folds the model too: nobody could hold that one."""
        if await members_of(self._access, self._inbox.group) > 1:
            raise RebuildFailedError("several_processes")

    async def swap_in(self) -> float:
        """Take the live model's place; answers for how many seconds its group was held. Raises RebuildFailedError."""
        await self.require_alone()
        positions = self._database.collection(POSITIONS)
        for _ in range(ROUNDS_MAX):
            before = self.records
            await self._follow(await self._positions(positions))
            if self.records - before < BATCH:
                break
        began = time.monotonic()
        async with self._inbox.held():
            async with asyncio.timeout(HOLD_S_MAX):
                await self._follow(await self._positions(positions))
                for name in self._model.collections:
                    await self._database.swap_in(name + SHADOW_SUFFIX, name)
        return time.monotonic() - began

    async def drop(self) -> None:
        """Remove what was built."""
        for name in self._model.collections:
            await self._database.drop(name + SHADOW_SUFFIX)

    async def _positions(self, positions: Collection) -> dict[Stream, int]:
        query = {"_id.group": self._inbox.group}
        found: dict[Stream, int] = {}
        async for documents in positions.stream(query, sort=[("_id", 1)], chunk=CHUNK):
            for item in documents:
                found[item["_id"]["topic"], item["_id"]["key"]] = item["sequence"]
        return found

    async def _mendings(self) -> dict[tuple[str, int, int], tuple[Kind, bytes | None]]:
        query = {"group": self._inbox.group, "state": "applied"}
        found: dict[tuple[str, int, int], tuple[Kind, bytes | None]] = {}
        collection = self._database.collection(MENDINGS)
        async for documents in collection.stream(query, sort=[("_id", 1)], chunk=CHUNK):
            for item in documents:
                place = item["record"]
                found[place["topic"], place["partition"], place["offset"]] = (Kind(item["kind"]), item["value"])
        return found

    async def _follow(self, goal: Mapping[Stream, int], *, from_the_beginning: bool = False) -> None:
        """Read the log until every stream is where `goal` has it, and no further."""
        missing = {stream for stream, sequence in goal.items() if self._applied.get(stream, 0) < sequence}
        if not missing:
            return
        mended = await self._mendings()
        self._beyond = {}
        client = loose_consumer(self._access, auto_offset_reset="earliest", max_partition_fetch_bytes=4 * 1024 * 1024)
        await client.start()
        try:
            await self._seek(client, from_the_beginning)
            heard_at = time.monotonic()
            while missing:
                batches = await client.getmany(timeout_ms=500, max_records=BATCH)
                if batches:
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at > QUIET_S_MAX:
                    raise RebuildFailedError("log_incomplete")
                due = self._due(batches, goal, missing)
                await self._apply(due, mended)
                self._progress(self.records, max(self._total, self.records))
        finally:
            try:
                await self._documents.written()
            finally:
                await client.stop()

    async def _seek(self, client: AIOKafkaConsumer, from_the_beginning: bool) -> None:
        names = [self._access.topic(topic) for topic in self._topics]
        partitions = [TopicPartition(name, number) for name in names for number in range(PARTITIONS)]
        client.assign(partitions)
        if from_the_beginning:
            begins = await client.beginning_offsets(partitions)
            ends = await client.end_offsets(partitions)
            self._next = dict(begins)
            self._total = sum(ends[each] - begins[each] for each in partitions)
        for partition in partitions:
            client.seek(partition, self._next[partition])

    def _due(
        self, batches: Mapping[TopicPartition, Sequence[Any]], goal: Mapping[Stream, int], missing: set[Stream]
    ) -> list[Due]:
        """The records to apply now, each stream's in order; where one is beyond the goal, the next reading begins.

        Streams that come to their goal by them are taken out of `missing`.
        """
        due: list[Due] = []
        for partition, records in batches.items():
            for item in records:
                record = RawRecord.of(item, topic_prefix=self._access.topic_prefix)
                try:
                    key, envelope = record.stream_key(), parse_headers(record.headers)
                except ContractError:
                    continue  # in quarantine, where it has no effect
                stream = record.topic, key
                last, wanted = self._applied.get(stream, 0), goal.get(stream, 0)
                if envelope.sequence <= last:
                    continue
                if envelope.sequence > wanted:
                    self._beyond.setdefault(partition, record.offset)
                    continue
                if stream not in self._pending and envelope.place.follows(last):
                    due.append((record, key, envelope))
                    self._applied[stream] = envelope.sequence
                else:
                    due += self._in_order(stream, record, envelope)
                if self._applied.get(stream, 0) == wanted:
                    missing.discard(stream)
            self._next[partition] = self._beyond.get(partition, records[-1].offset + 1)
        return due

    def _in_order(self, stream: Stream, record: RawRecord, envelope: Envelope) -> Iterator[Due]:
        """What a stream that waits for a record can go on with, now that this one has come."""
        waiting = self._pending.setdefault(stream, {})
        waiting[envelope.sequence] = envelope, record
        while waiting and waiting[first := min(waiting)][0].place.follows(self._applied.get(stream, 0)):
            its_envelope, its_record = waiting.pop(first)
            self._applied[stream] = first
            yield its_record, stream[1], its_envelope
        if not waiting:
            del self._pending[stream]

    async def _apply(
        self,
        due: Sequence[Due],
        mended: Mapping[tuple[str, int, int], tuple[Kind, bytes | None]],
    ) -> None:
        """Run the reactions in order. The first that needs a document which is not in memory has all that follow

        looked at for what they need too, so that it is one read; what an attempt had put by then is taken back.
        """
        steps = self._steps(due, mended)
        looked = False
        for place, step in enumerate(steps):
            while True:
                self._documents.begin()
                try:
                    await self._run(step)
                except NeedDocumentError as need:
                    self._documents.undo()
                    await self._documents.fetch([need] if looked else await self._needs(steps[place:]))
                    looked = True
                else:
                    break
        await self._documents.flush()
        self.records += len(due)

    def _steps(
        self, due: Sequence[Due], mended: Mapping[tuple[str, int, int], tuple[Kind, bytes | None]]
    ) -> list[Replay]:
        """The reactions to the records, as they are or as they were mended."""
        steps: list[Replay] = []
        for record, key, envelope in due:
            read = record
            if mended:
                kind, value = mended.get((record.topic, record.partition, record.offset), (Kind.RETRY, None))
                if kind is Kind.SKIP:
                    continue
                read = replace(record, value=value) if kind is Kind.EDIT else record
            if (replay := self._inbox.replay(read, key, envelope)) is not None:
                steps.append(replay)
        return steps

    async def _needs(self, steps: Sequence[Replay]) -> list[NeedDocumentError]:
        """What these need that is not in memory, each its first; nothing of their running is left."""
        needs: list[NeedDocumentError] = []
        self._documents.begin()
        for step in steps:
            try:
                await self._run(step)
            except NeedDocumentError as need:
                needs.append(need)
            except (ContractError, AssertionError, KeyError):
                pass  # it ran without what it needs; the run that counts will tell
        self._documents.undo()
        return needs

    async def _run(self, step: Replay) -> None:
        await step.run(ShadowTransaction(self._database, self._documents, step.received))


async def content_of(collections: Sequence[Collection]) -> Content:
    """How many documents there are and a hash over all: the sum of each one's SHA-256, so that no order matters."""
    documents, total = 0, 0
    for place, collection in enumerate(collections):
        async for chunk in collection.stream({}, sort=[("_id", 1)], chunk=CHUNK):
            for document in chunk:
                text = json.dumps([place, document], sort_keys=True, default=_plain)
                total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
            documents += len(chunk)
            await asyncio.sleep(0)
    return Content(documents, f"{total % (1 << 256):064x}")


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
