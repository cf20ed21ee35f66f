"""What a service does when an event arrives: its reactions, by contract."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts.envelope import Envelope
from shared.contracts.event import IntegrationEvent
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction

E = TypeVar("E", bound=IntegrationEvent)
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Received(Generic[E]):
    """An event as it arrived.

    `time` is when it happened by the clock of who told it, `recorded` when the broker wrote it, by its own; `sequence`
    is its place in the stream of its key; `value` is the record's value, byte by byte.
    """

    data: E
    id: str
    time: datetime
    recorded: datetime
    key: str
    sequence: int
    envelope: Envelope
    value: bytes = b""

    def cause(self) -> Cause:
        """The cause of what this event leads to."""
        return Cause(self.envelope.correlation_id, self.id, self.envelope.traceparent, self.envelope.actor)


class Reaction(Generic[E, P]):
    """Two phases: `prepare` may ask other services and runs before the transaction; `apply` is the effect, inside it.

    Both may run again for the same event; only one run of `apply` is ever committed. An InfrastructureError from
    either waits and tries again for as long as it takes; anything else blocks the event's key.
    """

    async def prepare(self, received: Received[E]) -> P:
        del received
        return None  # type: ignore[return-value]  # a reaction without preparation has P = None

    @classmethod
    def prepares(cls) -> bool:
        return cls.prepare is not Reaction.prepare

    async def apply(self, tx: Transaction, received: Received[E], prepared: P) -> None:
        raise NotImplementedError


def handler_version(reaction: type[Any]) -> str:
    """A reaction by its class and the first digits of its module's hash: another one after its code has changed."""
    module = inspect.getmodule(reaction)
    source = inspect.getsource(module) if module else ""
    return f"{reaction.__qualname__}@{hashlib.sha256(source.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Subscription:
    """What one consumer group, `<service>.<purpose>`, does with a topic. Types without a reaction are passed over."""

    topic: str
    purpose: str
    reactions: Mapping[type[IntegrationEvent], Reaction[Any, Any]]
