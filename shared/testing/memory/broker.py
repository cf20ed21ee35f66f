"""The broker in memory: topics in partitions, consumer groups with generations, producers that lose their place.

It stands behind the kernel's `Clients`. Order is a partition's own; a rebalance waits for no handler, and a commit of
an older generation is refused; a producer whose send failed refuses all later ones, as an idempotent one does. Whatever
is sent twice is kept twice.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.partitioner import DefaultPartitioner
from faststream.exceptions import NackMessage

from shared.contracts.topics import PARTITIONS
from shared.errors import InfrastructureError
from shared.messaging.clients import Clients
from shared.messaging.consumer import BATCH_RECORDS_MAX, GroupConsumer
from shared.messaging.kafka import KafkaAccess
from shared.testing.memory.wire import LostError, Wire

SESSION_S: Final = 10.0
IDLE_POLL_S: Final = 1.0
NACK_PAUSE_S: Final = 0.1
BROKEN_PAUSE_S: Final = 0.5


@dataclass(frozen=True)
class BrokerRecord:
    """A record as a client's consumer gives it; `timestamp` in milliseconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp: int


@dataclass
class Member:
    """A consumer in a group. `positions` are of the partitions that it has, and say what it reads next."""

    instance: str
    topics: Sequence[str]
    wire: Wire
    positions: dict[TopicPartition, int] = field(default_factory=dict)


@dataclass
class Group:
    members: dict[str, Member] = field(default_factory=dict)
    committed: dict[TopicPartition, int] = field(default_factory=dict)

    def share(self) -> None:
        """Divide the partitions among the members anew; each begins where the group has committed."""
        members = [self.members[name] for name in sorted(self.members)]
        for member in members:
            member.positions = {}
        topics = sorted({topic for member in members for topic in member.topics})
        for number, partition in enumerate(TopicPartition(topic, n) for topic in topics for n in range(PARTITIONS)):
            takers = [member for member in members if partition.topic in member.topics]
            taker = takers[number % len(takers)]
            taker.positions[partition] = self.committed.get(partition, 0)


class MemoryBroker:
    """Every topic there is is made when it is first written. `choose` picks how many records a poll brings."""

    def __init__(
        self,
        *,
        now_ms: Callable[[], int],
        choose: Callable[[int], int] = lambda most: most,
        shuffle: Callable[[list[TopicPartition]], object] = list,
    ) -> None:
        self.logs: dict[TopicPartition, list[BrokerRecord]] = defaultdict(list)
        self.groups: dict[str, Group] = defaultdict(Group)
        self._now_ms = now_ms
        self._choose = choose
        self._shuffle = shuffle
        self._arrival = asyncio.Event()

    def partition(self, topic: str, key: bytes | None) -> TopicPartition:
        numbers = list(range(PARTITIONS))
        return TopicPartition(topic, DefaultPartitioner()(key, numbers, numbers) if key is not None else 0)

    def append(
        self,
        partition: TopicPartition,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
    ) -> BrokerRecord:
        log = self.logs[partition]
        record = BrokerRecord(
            partition.topic, partition.partition, len(log), key, value, tuple(headers), self._now_ms()
        )
        log.append(record)
        self._arrival.set()
        self._arrival = asyncio.Event()
        return record

    async def wait_for_arrival(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._arrival.wait(), seconds)
        except TimeoutError:
            pass

    def join(self, group: str, member: Member) -> None:
        """A static member that comes back takes its partitions at once; a new one makes everybody share anew."""
        of_group = self.groups[group]
        before = of_group.members.get(member.instance)
        of_group.members[member.instance] = member
        if before is None:
            of_group.share()
        elif before is not member:
            member.positions = {each: of_group.committed.get(each, 0) for each in before.positions}
            before.positions = {}

    def leave(self, group: str, member: Member) -> None:
        of_group = self.groups[group]
        if of_group.members.get(member.instance) is member:
            del of_group.members[member.instance]
            member.positions = {}
            of_group.share()

    def set_back(self, group: str) -> None:
        """Everything on the group's topics comes again."""
        of_group = self.groups[group]
        of_group.committed.clear()
        of_group.share()

    def poll(self, group: str, member: Member) -> list[BrokerRecord]:
        """Some of what is there for the member; its positions move on. Members that fell silent are left behind."""
        for other in list(self.groups[group].members.values()):
            if other is not member and other.wire.silent_for_s() > SESSION_S:
                self.leave(group, other)
        if member.instance not in self.groups[group].members:
            self.join(group, member)  # it was silent for too long, and others have had its partitions
        partitions = [each for each, position in member.positions.items() if position < len(self.logs[each])]
        self._shuffle(partitions)
        found: list[BrokerRecord] = []
        for partition in partitions:
            position = member.positions[partition]
            room = min(BATCH_RECORDS_MAX - len(found), len(self.logs[partition]) - position)
            taken = self.logs[partition][position : position + self._choose(room)]
            member.positions[partition] += len(taken)
            found += taken
        return found

    def commit(self, group: str, member: Member, positions: dict[TopicPartition, int]) -> None:
        """Keep these positions of those partitions that the member still has, if it is still one."""
        of_group = self.groups[group]
        if of_group.members.get(member.instance) is not member:
            return  # its generation is over: a client logs that and goes on
        for partition in positions:
            if partition in member.positions:
                of_group.committed[partition] = member.positions[partition]


class MemoryProducer:
    """Sends are pipelined, a partition's in their order; each is a future of its own."""

    def __init__(self, broker: MemoryBroker, wire: Wire) -> None:
        self._broker = broker
        self._wire = wire
        self._waiting: dict[TopicPartition, deque[tuple[Any, ...]]] = defaultdict(deque)
        self._senders: dict[TopicPartition, asyncio.Task[None]] = {}
        self._failure: KafkaError | None = None

    async def send(
        self, topic: str, value: bytes, *, key: bytes, headers: list[tuple[str, bytes]]
    ) -> asyncio.Future[BrokerRecord]:
        if self._failure is not None:
            raise self._failure
        partition = self._broker.partition(topic, key)
        future: asyncio.Future[BrokerRecord] = asyncio.get_running_loop().create_future()
        self._waiting[partition].append((future, key, value, headers))
        if partition not in self._senders:
            self._senders[partition] = asyncio.create_task(self._send_all(partition))
        return future

    async def send_and_wait(
        self, topic: str, value: bytes, *, key: bytes, headers: list[tuple[str, bytes]]
    ) -> BrokerRecord:
        return await (await self.send(topic, value, key=key, headers=headers))

    async def _send_all(self, partition: TopicPartition) -> None:
        waiting = self._waiting[partition]
        batch: list[tuple[Any, ...]] = []
        try:
            while waiting and self._failure is None:
                batch = [waiting.popleft() for _ in range(len(waiting))]
                await self._wire.request("produce")
                records = [self._broker.append(partition, *each[1:]) for each in batch]
                await self._wire.answer("produce")
                for (future, *_), record in zip(batch, records, strict=True):
                    _settle(future, record)
                batch = []
        except LostError:
            self._failure = KafkaConnectionError("lost")
        finally:
            for future, *_ in [*batch, *waiting]:
                _fail(future, self._failure or KafkaConnectionError("closed"))
            waiting.clear()
            del self._senders[partition]

    async def stop(self) -> None:
        """What is on its way is awaited."""
        await asyncio.gather(*self._senders.values(), return_exceptions=True)
        self._failure = self._failure or KafkaConnectionError("closed")


def _settle(future: asyncio.Future[BrokerRecord], record: BrokerRecord) -> None:
    if not future.done():
        future.set_result(record)


def _fail(future: asyncio.Future[BrokerRecord], error: KafkaError) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # whoever sent it may be gone


class _GroupClient:
    """What liveness asks a group's client."""

    def __init__(self, broker: MemoryBroker, group: str, member: Member) -> None:
        self._broker = broker
        self._group = group
        self._member = member

    def assignment(self) -> set[TopicPartition]:
        return set(self._member.positions)

    async def committed(self, partition: TopicPartition) -> int | None:
        return self._broker.groups[self._group].committed.get(partition)


class MemoryConsumers:
    """Brings each group its batches, and commits what its handler has returned from: FastStream's part."""

    def __init__(
        self, broker: MemoryBroker, wire: Wire, access: KafkaAccess, consumers: Sequence[GroupConsumer]
    ) -> None:
        self._broker = broker
        self._wire = wire
        self._access = access
        self._consumers = consumers
        self._is_stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        try:
            await self._wire.request("join")
        except LostError:
            raise InfrastructureError("join") from None
        for consumer in self._consumers:
            member = Member(f"{self._access.instance}.{consumer.group}", consumer.topics, self._wire)
            self._broker.join(consumer.group, member)
            client = _GroupClient(self._broker, consumer.group, member)
            consumer.progress.client = lambda client=client: client  # type: ignore[misc]
            self._tasks.append(asyncio.create_task(self._consume(consumer, member)))

    async def stop(self) -> None:
        """A batch that is being handled is finished and committed; then the members leave."""
        self._is_stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _consume(self, consumer: GroupConsumer, member: Member) -> None:
        while not self._is_stopping:
            try:
                await self._wire.request("poll")
                if not (records := self._broker.poll(consumer.group, member)):
                    await self._broker.wait_for_arrival(IDLE_POLL_S)
                    continue
                await self._wire.answer("poll")
                await self._handle(consumer, member, records)
            except LostError:
                await asyncio.sleep(BROKEN_PAUSE_S)  # the records of a lost answer are read again: see below
                member.positions = {
                    each: self._broker.groups[consumer.group].committed.get(each, 0) for each in member.positions
                }
        self._broker.leave(consumer.group, member)

    async def _handle(self, consumer: GroupConsumer, member: Member, records: list[BrokerRecord]) -> None:
        first: dict[TopicPartition, int] = {}
        for record in records:
            first.setdefault(TopicPartition(record.topic, record.partition), record.offset)
        try:
            await consumer.handle(records)
        except NackMessage:
            for partition in first.keys() & member.positions.keys():
                member.positions[partition] = first[partition]
            await asyncio.sleep(NACK_PAUSE_S)
        else:
            await self._wire.request("commit positions")
            self._broker.commit(consumer.group, member, first)


class MemoryWatcher:
    """A client without a group, that asks where the partitions end."""

    def __init__(self, broker: MemoryBroker, wire: Wire) -> None:
        self._broker = broker
        self._wire = wire

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        try:
            await self._wire.request("end offsets")
        except LostError:
            raise KafkaConnectionError("lost") from None
        return {each: len(self._broker.logs[each]) for each in partitions}


def memory_clients(broker: MemoryBroker, wire: Wire | None = None) -> Clients:
    """The kernel's clients of a broker in memory, over one process's wire."""
    its_wire = wire or Wire()

    async def open_producer(_access: KafkaAccess) -> MemoryProducer:
        try:
            await its_wire.request("open producer")
        except LostError:
            raise InfrastructureError("open producer") from None
        return MemoryProducer(broker, its_wire)

    return Clients(
        open_producer=open_producer,
        build_consumers=lambda access, consumers: MemoryConsumers(broker, its_wire, access, consumers),
        open_watcher=lambda _access: MemoryWatcher(broker, its_wire),
    )


__all__ = ["BrokerRecord", "MemoryBroker", "memory_clients"]
