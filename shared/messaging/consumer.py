"""The consumer: FastStream brings batches of raw records, the inbox decides their fate, and only then are they
acknowledged.

Acknowledging a batch commits the positions; a batch that met an outage is handed back whole, rewound, and comes again:
what was done already is passed over by its position. FastStream's defaults would lose or skip records; each setting
below that differs says why.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.security import SASLPlaintext

from shared import clock
from shared.errors import BusyError, InfrastructureError
from shared.messaging.failpoints import AFTER_ACKNOWLEDGE, BEFORE_ACKNOWLEDGE, Failpoint, no_failpoint
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import KafkaAccess
from shared.messaging.outbox import RECORD_BYTES_MAX
from shared.messaging.record import RawRecord
from shared.telemetry.metrics import CONSUME_WAITS, CONSUMED

BATCH_RECORDS_MAX: Final = 200
KEYS_AT_ONCE: Final = 16
# How long a poll waits for records; it answers as soon as there are some.
POLL_MS: Final = 500
# Patience inside the handler stays far below max_poll_interval_ms (5 minutes), after which the group would be left.
WAIT_IN_HANDLER_S: Final = 20.0

_log = structlog.get_logger(__name__)


@dataclass
class Progress:
    """What a group has handled.

    The next offset by partition, when that last moved, and whether it waits for an outage.
    """

    next_offset: dict[TopicPartition, int] = field(default_factory=dict)
    moved_at: dict[TopicPartition, float] = field(default_factory=dict)
    waiting_since: float | None = None
    client: Callable[[], AIOKafkaConsumer | None] = lambda: None

    def note(self, record: RawRecord, topic: str) -> None:
        partition = TopicPartition(topic, record.partition)
        if record.offset + 1 > self.next_offset.get(partition, 0):
            self.next_offset[partition] = record.offset + 1
            self.moved_at[partition] = clock.monotonic_s()


class GroupConsumer:
    """One consumer group: receives batches, keeps the order of each key, lets other keys run beside it."""

    def __init__(
        self, inbox: Inbox, access: KafkaAccess, topics: Sequence[str], *, failpoint: Failpoint = no_failpoint
    ) -> None:
        self.inbox = inbox
        self.group = access.topic(inbox.group)
        self.topics = [access.topic(topic) for topic in topics]
        self.progress = Progress()
        self._access = access
        self._failpoint = failpoint
        self._has_acknowledged = False
        self._gate = asyncio.Semaphore(KEYS_AT_ONCE)

    async def handle(self, records: Sequence[ConsumerRecord[Any, Any]]) -> None:
        """Decide the fate of every record of the batch. Raises NackMessage to have the whole batch again."""
        if self._has_acknowledged:
            self._failpoint(AFTER_ACKNOWLEDGE)
        by_key: dict[tuple[object, ...], list[RawRecord]] = defaultdict(list)
        for item in records:
            record = RawRecord.of(item, topic_prefix=self._access.topic_prefix)
            # Without a key there is no order to keep but the partition's own.
            by_key[("key", record.key) if record.key else ("", record.topic, record.partition)].append(record)
        results = await asyncio.gather(*(self._in_order(items) for items in by_key.values()), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        for failure in failures:
            if not isinstance(failure, (InfrastructureError, BusyError)):
                raise failure
        if failures:
            raise NackMessage
        self.progress.waiting_since = None
        self._failpoint(BEFORE_ACKNOWLEDGE)
        self._has_acknowledged = True

    async def _in_order(self, records: Iterable[RawRecord]) -> None:
        async with self._gate:
            for record in records:
                await self._patiently(record)
                CONSUMED.labels(self.group).inc()
                self.progress.note(record, self._access.topic(record.topic))

    async def _patiently(self, record: RawRecord) -> None:
        """Receive a record, waiting out an outage with backoff. Raises the outage when it lasts."""
        deadline = clock.monotonic_s() + WAIT_IN_HANDLER_S
        pause = 0.05
        while True:
            try:
                await self.inbox.receive(record)
            except (InfrastructureError, BusyError) as error:
                self.progress.waiting_since = self.progress.waiting_since or clock.monotonic_s()
                CONSUME_WAITS.labels(self.group).inc()
                _log.warning("consumer_waits", group=self.group, error=type(error).__name__)
                if clock.monotonic_s() > deadline:
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
            else:
                self.progress.waiting_since = None
                return


def build_broker(access: KafkaAccess, consumers: Sequence[GroupConsumer]) -> KafkaBroker:
    """A FastStream broker that only consumes, with one subscriber for each group."""
    broker = KafkaBroker(
        access.servers,
        client_id=access.instance,
        security=SASLPlaintext(access.username, access.password, use_ssl=False),
        consumer_only=True,
        allow_auto_create_topics=False,  # topics are provisioned, with their partitions
        apply_types=False,
        ack_policy=AckPolicy.NACK_ON_ERROR,  # the default acknowledges before the work is done
        graceful_timeout=10.0,
        logger=None,
    )
    for consumer in consumers:
        _subscribe(broker, consumer, access)
    return broker


def _subscribe(broker: KafkaBroker, consumer: GroupConsumer, access: KafkaAccess) -> None:
    async def tolerant_parser(records: tuple[ConsumerRecord[Any, Any], ...]) -> KafkaAckableMessage:
        # FastStream's own parser breaks on a null or undecodable header, and its fallback does too: then the record
        # is neither committed nor brought again. This one believes nothing of the record.
        assert subscriber.consumer is not None, "records come from a started consumer"
        return KafkaAckableMessage(
            body=b"",
            headers={},
            raw_message=records,
            consumer=subscriber.consumer,
            message_id=f"{records[0].topic}-{records[0].partition}-{records[0].offset}",
        )

    async def raw_decoder(message: KafkaAckableMessage) -> object:
        return message.raw_message

    subscriber = broker.subscriber(
        *consumer.topics,
        batch=True,
        max_records=BATCH_RECORDS_MAX,
        group_id=consumer.group,
        group_instance_id=f"{access.instance}.{consumer.group}",  # a restart takes its partitions back at once
        auto_offset_reset="earliest",  # the default would skip what was published before the group first came
        max_partition_fetch_bytes=4 * RECORD_BYTES_MAX,
        fetch_max_wait_ms=500,  # a record is answered at once; only nothing takes this long
        parser=tolerant_parser,
        decoder=raw_decoder,
        no_reply=True,  # a `reply_to` header would make us publish wherever a record says
        title=consumer.group,
    )

    async def next_batch(client: AIOKafkaConsumer) -> tuple[ConsumerRecord[Any, Any], ...]:
        # FastStream's own sleeps after each empty poll, as long as it polled, and a record that comes meanwhile waits.
        found = await client.getmany(timeout_ms=POLL_MS, max_records=BATCH_RECORDS_MAX)
        return tuple(itertools.chain.from_iterable(found.values()))

    subscriber.get_msg = next_batch  # type: ignore[method-assign, assignment]
    subscriber(consumer.handle)
    consumer.progress.client = lambda: subscriber.consumer
