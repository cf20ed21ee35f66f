"""The relay: publishes what the outbox holds, a stream's rows in sequence order, at least once.

The sweep over unpublished rows is the truth; a change stream only wakes it. It never goes by "id greater than the
last": a transaction that commits late would be skipped for ever. Sends are pipelined and awaited before rows are
marked; after a failed send the later rows of that stream wait. Several relays share the streams by hash, and may
overlap while their number changes: consumers drop what they have had.

Memory is bounded by two chunks, one being read and sent while the broker's word on the one before it is awaited, and
by the ids of a few that are being marked: a slow broker or database slows the reading down. Marks need no order among
themselves, for all that they mark is out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared import clock
from shared.errors import InfrastructureError
from shared.messaging.failpoints import AFTER_PUBLISH, BEFORE_PUBLISH, Failpoint, no_failpoint
from shared.messaging.kafka import KafkaAccess, start_producer
from shared.storage import Collection, Database, Document
from shared.telemetry.metrics import OUTBOX_WATCH_LOST, OUTBOX_WATCHED, RELAYED
from shared.world import World

CHUNK: Final = 500
MARKS_AT_ONCE: Final = 4
BACKLOG_COUNTED: Final = 1_000
IDLE_SWEEP_S: Final = 1.0
FAILURE_PAUSE_S: Final = 0.5
STOP_PATIENCE_S: Final = 10.0

_log = structlog.get_logger(__name__)


@dataclass
class RelayHealth:
    """`failing_since` is the monotonic time of the first failure without a success since, None when all is well."""

    failing_since: float | None = None
    last_sweep_at: float = 0.0


@dataclass(frozen=True)
class Share:
    """The streams of one relay among `count` that run side by side; `index` is from 0."""

    index: int = 0
    count: int = 1

    def query(self) -> Document:
        """What of the outbox is this relay's to publish."""
        return {"published": False} | ({"shard": {"$mod": [self.count, self.index]}} if self.count > 1 else {})


ALL_STREAMS: Final = Share()


class Relay:
    """Publishes its share of one service's outboxes (collections of the outbox's shape) until it is stopped."""

    def __init__(
        self,
        database: Database,
        access: KafkaAccess,
        world: World,
        *,
        service: str,
        outboxes: Sequence[str],
        share: Share = ALL_STREAMS,
        failpoint: Failpoint = no_failpoint,
        open_producer: Callable[[KafkaAccess], Awaitable[AIOKafkaProducer]] = start_producer,
    ) -> None:
        self._outboxes = [database.collection(name) for name in outboxes]
        self._access = access
        self._world = world
        self._service = service
        self._failpoint = failpoint
        self.share = share
        self._open_producer = open_producer
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._rests = False
        self.health = RelayHealth()

    async def run(self) -> None:
        """Sweep when woken and at least every second; on failure wait and go on, until `stop` or cancelled."""
        watches = [asyncio.create_task(self._watch(outbox)) for outbox in self._outboxes]
        try:
            await self._sweep_until_stopped()
        finally:
            for watch in watches:
                watch.cancel()
            await asyncio.gather(*watches, return_exceptions=True)
            OUTBOX_WATCHED.labels(self._service).set(0)

    def stop(self) -> None:
        """Ask it to end: what was sent is marked first, so that an orderly end publishes nothing twice."""
        self._is_stopping = True
        self._wake.set()

    async def _sweep_until_stopped(self) -> None:
        producer: AIOKafkaProducer | None = None
        try:
            while not self._is_stopping:
                try:
                    producer = producer or await self._open_producer(self._access)
                    self._wake.clear()
                    for outbox in self._outboxes:
                        await self.sweep(producer, outbox)
                    self._note_success()
                    await self._wait_until_woken()
                except (InfrastructureError, KafkaError) as error:
                    self._note_failure(error)
                    if producer is not None and isinstance(error, KafkaError):
                        # An idempotent producer that lost its place refuses everything after: a new one starts clean.
                        await _stop(producer)
                        producer = None
                    await asyncio.sleep(FAILURE_PAUSE_S)
        finally:
            if producer is not None:
                await _stop(producer)

    async def sweep(self, producer: AIOKafkaProducer, outbox: Collection) -> int:
        """Publish all of the share that is unpublished, once through, in stream order; answers how many rows that were.

        Raises the first send's failure after every row that did get out is marked.
        """
        sweep = _Sweep()
        settling: asyncio.Task[None] | None = None
        order = [("topic", 1), ("key", 1), ("sequence", 1)]
        try:
            async for rows in outbox.stream(self.share.query(), sort=order, chunk=CHUNK):
                if self._is_stopping:
                    break
                if settling is not None and _stream(rows[0]) == sweep.last_stream:
                    await settling  # the same stream goes on: its earlier rows are out first, or it waits
                sent = await self._send(producer, [row for row in rows if _stream(row) not in sweep.failed])
                if settling is not None:
                    await settling
                settling = asyncio.create_task(self._settle(outbox, sent, sweep))
                sweep.last_stream = _stream(rows[-1])
            if settling is not None:
                await settling
            while sweep.marks:
                await sweep.marks.popleft()
        finally:
            left = [task for task in (settling, *sweep.marks) if task is not None]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        if sweep.failed:
            raise next(iter(sweep.failed.values()))
        return sweep.published

    async def backlog(self) -> tuple[int, datetime | None]:
        """How many rows wait to be published, whoever's share they are, and since when the oldest of all.

        A thousand means a thousand or more: no more of them are counted.
        """
        found = await self._waiting({"published": False}, most=BACKLOG_COUNTED)
        return min(len(found), BACKLOG_COUNTED), min(found, default=None)

    async def oldest_waiting(self) -> datetime | None:
        """Since when the oldest row of this share waits to be published.

        While the relay rests after a sweep that left nothing, there is none, and the database is not asked.
        """
        return None if self._rests else min(await self._waiting(self.share.query(), most=1), default=None)

    async def _waiting(self, query: Document, *, most: int) -> list[datetime]:
        """Since when rows wait, of each outbox the `most` that have waited longest; an index has all that it takes."""
        only, order = {"_id": 0, "recorded_at": 1}, [("recorded_at", 1)]
        found = [await outbox.find(query, projection=only, sort=order, limit=most) for outbox in self._outboxes]
        return [row["recorded_at"] for rows in found for row in rows]

    async def _send(self, producer: AIOKafkaProducer, rows: list[Document]) -> list[_Sent]:
        """Hand the rows to the producer, which makes us wait while its buffer is full."""
        self._failpoint(BEFORE_PUBLISH)
        return [
            (
                row,
                await producer.send(
                    self._access.topic(row["topic"]),
                    row["data"],
                    key=row["key"].encode(),
                    headers=[(name, value) for name, value in row["headers"]],
                ),
            )
            for row in rows
        ]

    async def _settle(self, outbox: Collection, sent: list[_Sent], sweep: _Sweep) -> None:
        """Await the broker's word on each row; those that are out, with all of their stream before them, are marked."""
        results = await asyncio.gather(*(future for _, future in sent), return_exceptions=True)
        out: list[Document] = []
        for (row, _), result in zip(sent, results, strict=True):
            if isinstance(result, BaseException):
                sweep.failed.setdefault(_stream(row), result)
            elif _stream(row) not in sweep.failed:
                out.append(row)
        self._failpoint(AFTER_PUBLISH)
        while len(sweep.marks) >= MARKS_AT_ONCE:
            await sweep.marks.popleft()
        if out:
            sweep.marks.append(asyncio.create_task(self._mark(outbox, [row["_id"] for row in out])))
        sweep.published += len(out)

    async def _mark(self, outbox: Collection, ids: list[str]) -> None:
        mark = {"$set": {"published": True, "published_at": self._world.now()}}
        await outbox.update_many({"_id": {"$in": ids}}, mark)
        RELAYED.labels(self._service).inc(len(ids))

    async def _watch(self, outbox: Collection) -> None:
        """Wake the sweep on insertions.

        Whatever breaks the watch (a lost history, error 286, as well as an election), it starts anew without a token:
        the sweep misses nothing, and is at most a second late meanwhile.
        """
        while True:
            try:
                async with outbox.insertions() as some_came:
                    OUTBOX_WATCHED.labels(self._service).set(1)
                    while True:
                        if await some_came():
                            self._wake.set()
            except InfrastructureError as error:
                OUTBOX_WATCHED.labels(self._service).set(0)
                OUTBOX_WATCH_LOST.labels(self._service).inc()
                _log.warning("outbox_watch_restarts", service=self._service, error=str(error))
            await asyncio.sleep(FAILURE_PAUSE_S)

    async def _wait_until_woken(self) -> None:
        self._rests = True
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SWEEP_S)
        except TimeoutError:
            pass
        finally:
            self._rests = False

    def _note_success(self) -> None:
        self.health.failing_since = None
        self.health.last_sweep_at = clock.monotonic_s()

    def _note_failure(self, error: Exception) -> None:
        self.health.failing_since = self.health.failing_since or clock.monotonic_s()
        _log.warning("relay_waits", service=self._service, error=type(error).__name__)


_Sent = tuple[Document, "asyncio.Future[object]"]


@dataclass
class _Sweep:
    """One way through an outbox: what was published, the streams that a failed send has stopped, marks under way."""

    published: int = 0
    failed: dict[tuple[str, str], BaseException] = field(default_factory=dict)
    marks: deque[asyncio.Task[None]] = field(default_factory=deque)
    last_stream: tuple[str, str] | None = None


def _stream(row: Document) -> tuple[str, str]:
    return row["topic"], row["key"]


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), 5)
    except (TimeoutError, KafkaError) as error:
        _log.warning("producer_stop", error=type(error).__name__)
