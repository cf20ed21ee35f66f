"""The relay: publishes what the outbox holds, a stream's rows in sequence order, at least once.

The sweep over unpublished rows is the truth; a change stream only wakes it. It never goes by "id greater than the
last": a transaction that commits late would be skipped for ever. Sends are pipelined and awaited before rows are
marked; after a failed send the later rows of that stream wait. Several relays may overlap: consumers drop what they
have had.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.errors import InfrastructureError
from shared.messaging.failpoints import AFTER_PUBLISH, BEFORE_PUBLISH, Failpoint, no_failpoint
from shared.messaging.kafka import KafkaAccess, start_producer
from shared.storage import Collection, Database, Document
from shared.telemetry.metrics import OUTBOX_AGE, RELAYED
from shared.world import World

CHUNK: Final = 500
BACKLOG_COUNTED: Final = 1_000
IDLE_SWEEP_S: Final = 1.0
FAILURE_PAUSE_S: Final = 0.5

_log = structlog.get_logger(__name__)


@dataclass
class RelayHealth:
    """`failing_since` is the monotonic time of the first failure without a success since, None when all is well."""

    failing_since: float | None = None
    last_sweep_at: float = 0.0


class Relay:
    """Publishes one service's outboxes (collections of the outbox's shape) until it is cancelled."""

    def __init__(
        self,
        database: Database,
        access: KafkaAccess,
        world: World,
        *,
        service: str,
        outboxes: Sequence[str],
        failpoint: Failpoint = no_failpoint,
    ) -> None:
        self._outboxes = [database.collection(name) for name in outboxes]
        self._access = access
        self._world = world
        self._service = service
        self._failpoint = failpoint
        self._wake = asyncio.Event()
        self.health = RelayHealth()

    async def run(self) -> None:
        """Sweep when woken and at least every second; on failure wait and go on, for as long as it takes."""
        async with asyncio.TaskGroup() as group:
            for outbox in self._outboxes:
                group.create_task(self._watch(outbox))
            group.create_task(self._sweep_for_ever())

    async def _sweep_for_ever(self) -> None:
        producer: AIOKafkaProducer | None = None
        try:
            while True:
                try:
                    producer = producer or await start_producer(self._access)
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
        """Publish all that is unpublished, once through, in stream order; answers how many rows were published.

        Raises the first send's failure after every row that did get out is marked.
        """
        published = 0
        failed: dict[tuple[str, str], BaseException] = {}
        order = [("topic", 1), ("key", 1), ("sequence", 1)]
        async for rows in outbox.stream({"published": False}, sort=order, chunk=CHUNK):
            sent = await self._send(producer, [row for row in rows if _stream(row) not in failed], failed)
            self._failpoint(AFTER_PUBLISH)
            if sent:
                mark = {"$set": {"published": True, "published_at": self._world.now()}}
                await outbox.update_many({"_id": {"$in": [row["_id"] for row in sent]}}, mark)
                self._measure(sent)
            published += len(sent)
        if failed:
            raise next(iter(failed.values()))
        return published

    async def backlog(self) -> tuple[int, datetime | None]:
        """How many rows wait to be published (at most a thousand are counted), and since when the oldest of them."""
        found: list[datetime] = []
        for outbox in self._outboxes:
            rows = await outbox.find({"published": False}, projection={"recorded_at": 1}, limit=BACKLOG_COUNTED)
            found += [row["recorded_at"] for row in rows]
        return len(found), min(found, default=None)

    async def _send(
        self, producer: AIOKafkaProducer, rows: list[Document], failed: dict[tuple[str, str], BaseException]
    ) -> list[Document]:
        self._failpoint(BEFORE_PUBLISH)
        futures: list[asyncio.Future[object]] = []
        for row in rows:
            headers = [(name, value) for name, value in row["headers"]]
            futures.append(
                await producer.send(
                    self._access.topic(row["topic"]), row["data"], key=row["key"].encode(), headers=headers
                )
            )
        sent: list[Document] = []
        for row, result in zip(rows, await asyncio.gather(*futures, return_exceptions=True), strict=True):
            if isinstance(result, BaseException):
                failed.setdefault(_stream(row), result)
            elif _stream(row) not in failed:
                sent.append(row)
        return sent

    async def _watch(self, outbox: Collection) -> None:
        """Wake the sweep on insertions.

        Whatever breaks the watch, it starts anew without a token: the sweep misses nothing.
        """
        while True:
            try:
                async with outbox.insertions() as some_came:
                    while True:
                        if await some_came():
                            self._wake.set()
            except InfrastructureError as error:
                _log.warning("outbox_watch_restarts", service=self._service, error=str(error))
            await asyncio.sleep(FAILURE_PAUSE_S)

    async def _wait_until_woken(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SWEEP_S)
        except TimeoutError:
            OUTBOX_AGE.labels(self._service).set(0)

    def _measure(self, sent: list[Document]) -> None:
        RELAYED.labels(self._service).inc(len(sent))
        oldest = min(row["recorded_at"] for row in sent)
        OUTBOX_AGE.labels(self._service).set(max(0.0, (self._world.now() - oldest).total_seconds()))

    def _note_success(self) -> None:
        self.health.failing_since = None
        self.health.last_sweep_at = time.monotonic()

    def _note_failure(self, error: Exception) -> None:
        self.health.failing_since = self.health.failing_since or time.monotonic()
        _log.warning("relay_waits", service=self._service, error=type(error).__name__)


def _stream(row: Document) -> tuple[str, str]:
    return row["topic"], row["key"]


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), 5)
    except (TimeoutError, KafkaError) as error:
        _log.warning("producer_stop", error=type(error).__name__)
