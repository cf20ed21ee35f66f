"""How a kernel reaches the broker: with Kafka's clients, or with those that a test or a simulation brings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.messaging.consumer import GroupConsumer, build_broker
from shared.messaging.kafka import KafkaAccess, loose_consumer, start_producer


class Consumers(Protocol):
    """What brings the groups their batches between `start` and `stop`; to stop is to finish what is being handled."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True)
class Clients:
    """For the relay, for the consumers, and for liveness, which asks by a connection of its own."""

    open_producer: Callable[[KafkaAccess], Awaitable[AIOKafkaProducer]]
    build_consumers: Callable[[KafkaAccess, Sequence[GroupConsumer]], Consumers]
    open_watcher: Callable[[KafkaAccess], AIOKafkaConsumer]


KAFKA: Final = Clients(start_producer, build_broker, loose_consumer)
