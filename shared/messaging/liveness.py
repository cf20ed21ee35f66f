"""Liveness by progress: a consumer is alive when every partition with something to read moves.

A ping is not enough: the client can stall silently after a broker restart. A second, groupless client asks for the end
offsets, so that a stall of the first does not hide itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared import clock
from shared.messaging.consumer import GroupConsumer
from shared.messaging.kafka import KafkaAccess, loose_consumer
from shared.telemetry.metrics import LAG

# Together they tell of a stall within 15 s: two seconds until it is seen, and the first look after eleven more.
LOOK_EVERY_S: Final = 2.0
STALLED_AFTER_S: Final = 11.0

_log = structlog.get_logger(__name__)


class Liveness:
    """Watches one service's consumer groups. `stalled` names the partitions that should move and do not."""

    def __init__(
        self,
        access: KafkaAccess,
        consumers: Sequence[GroupConsumer],
        *,
        open_watcher: Callable[[KafkaAccess], AIOKafkaConsumer] = loose_consumer,
    ) -> None:
        self._access = access
        self._open_watcher = open_watcher
        self._consumers = consumers
        self._behind_since: dict[tuple[str, TopicPartition], float] = {}
        self.stalled: tuple[str, ...] = ()
        self.lag: dict[str, dict[str, int]] = {}
        self._seen_at: float | None = None

    def unseen_s(self) -> float:
        """Seconds since the broker last said how far behind the groups are: until then `lag` is what it was."""
        return 0.0 if self._seen_at is None else clock.monotonic_s() - self._seen_at

    async def run(self) -> None:
        """Look every few seconds until cancelled; the broker's absence is no stall of ours."""
        client: AIOKafkaConsumer | None = None
        self._seen_at = clock.monotonic_s()
        try:
            while True:
                try:
                    client = client or await self._connect()
                    await asyncio.wait_for(self._look(client), 10)
                    self._seen_at = clock.monotonic_s()
                except (KafkaError, TimeoutError, OSError) as error:
                    _log.warning("liveness_cannot_see_the_broker", error=type(error).__name__)
                    if client is not None:
                        await _stop(client)
                    client = None
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            if client is not None:
                await _stop(client)

    async def _connect(self) -> AIOKafkaConsumer:
        client = self._open_watcher(self._access)
        try:
            await client.start()
        except BaseException:
            await _stop(client)
            raise
        return client

    async def _look(self, client: AIOKafkaConsumer) -> None:
        now = clock.monotonic_s()
        stalled: list[str] = []
        for consumer in self._consumers:
            partitions = await _assigned(consumer)
            ends = await client.end_offsets(list(partitions)) if partitions else {}
            # A topic whose partitions went to another process is not behind here any more.
            lag = defaultdict(int, dict.fromkeys(self.lag.get(consumer.group, ()), 0))
            for partition, end in ends.items():
                behind = end - consumer.progress.next_offset[partition]
                lag[partition.topic] += max(0, behind)
                if self._is_stalled(consumer, partition, behind, now):
                    stalled.append(f"{consumer.group} {partition.topic}/{partition.partition}")
            self.lag[consumer.group] = dict(lag)
            for topic, records in lag.items():
                LAG.labels(consumer.group, topic).set(records)
        self.stalled = tuple(stalled)

    def _is_stalled(self, consumer: GroupConsumer, partition: TopicPartition, behind: int, now: float) -> bool:
        """Behind for 11 s without having moved, while no outage is being waited for."""
        identity = (consumer.group, partition)
        if behind <= 0 or consumer.progress.waiting_since is not None:
            self._behind_since.pop(identity, None)
            return False
        since = self._behind_since.setdefault(identity, now)
        moved = consumer.progress.moved_at.get(partition, 0.0)
        return now - max(since, moved) > STALLED_AFTER_S


async def _assigned(consumer: GroupConsumer) -> set[TopicPartition]:
    """The group's partitions in this process, each with a next offset: the committed one until something is handled."""
    group_client = consumer.progress.client()
    if group_client is None:
        return set()
    partitions = set(group_client.assignment())
    for partition in partitions - set(consumer.progress.next_offset):
        consumer.progress.next_offset.setdefault(partition, await group_client.committed(partition) or 0)
    return partitions


async def _stop(client: AIOKafkaConsumer) -> None:
    try:
        await asyncio.wait_for(client.stop(), 5)
    except (TimeoutError, KafkaError) as error:
        _log.warning("liveness_client_stop", error=type(error).__name__)
