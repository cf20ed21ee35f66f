"""The tail of every topic, for those who watch: no group, nothing committed, nobody's position moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.topics import PARTITIONS
from shared.messaging.kafka import KafkaAccess, loose_consumer
from shared.messaging.record import RawRecord

RECONNECT_S: Final = 1.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TailRecord:
    """A record as a watcher sees it; what is not text is shown with replacement characters. `timestamp` is in ms."""

    topic: str
    partition: int
    offset: int
    key: str | None
    headers: dict[str, str]
    value: bytes
    timestamp: int


class Tail:
    """Follows topics from `history` records before their end; a lost broker is awaited and nothing is repeated."""

    def __init__(self, access: KafkaAccess, topics: Sequence[str], *, history: int = 50) -> None:
        self._access = access
        self._topics = [access.topic(topic) for topic in topics]
        self._history = history
        self._next: dict[object, int] = {}

    async def records(self) -> AsyncIterator[TailRecord]:
        """Every record from where the tail begins, for ever."""
        while True:
            client = loose_consumer(self._access, auto_offset_reset="latest", fetch_max_wait_ms=200)
            try:
                await client.start()
                await self._seek(client)
                async for record in client:
                    raw = RawRecord.of(record, topic_prefix=self._access.topic_prefix)
                    self._next[record.topic, record.partition] = record.offset + 1
                    yield _shown(raw)
            except KafkaError as error:
                _log.warning("tail_waits", error=type(error).__name__)
            finally:
                await client.stop()
            await asyncio.sleep(RECONNECT_S)

    async def _seek(self, client: AIOKafkaConsumer) -> None:
        # Every topic has the same number of partitions for ever, so there is nothing to ask the broker for.
        partitions = [TopicPartition(topic, number) for topic in self._topics for number in range(PARTITIONS)]
        client.assign(partitions)
        ends = await client.end_offsets(partitions)
        begins = await client.beginning_offsets(partitions)
        for partition in partitions:
            start = max(begins[partition], ends[partition] - self._history)
            client.seek(partition, self._next.get((partition.topic, partition.partition), start))


def _shown(raw: RawRecord) -> TailRecord:
    return TailRecord(
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        key=raw.key.decode(errors="replace") if raw.key else None,
        headers={name: (value or b"").decode(errors="replace") for name, value in raw.headers},
        value=raw.value or b"",
        timestamp=raw.timestamp_ms,
    )
