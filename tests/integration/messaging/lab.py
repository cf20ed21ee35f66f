"""Two small services on real Kafka and MongoDB: one tells, the other writes down what it was told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from shared.contracts.conference import ConferencePublished
from shared.contracts.registration import ParticipantSubmitted, ParticipantWithdrawn
from shared.contracts.topics import AUDIT, CONFERENCE, REGISTRATION_PARTICIPANTS
from shared.messaging.kernel import Kernel
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.settings import ServiceSettings
from shared.testing.conference import small_conference
from shared.testing.delivery import CAUSE, EFFECT_INDEXES, EFFECTS, WritesDown
from shared.world import SYSTEM

LAB_TOPICS: Final = (CONFERENCE, REGISTRATION_PARTICIPANTS, AUDIT)
"""All that the two tell and hear."""


class HearsConferences(Reaction[ConferencePublished, None]):
    def __init__(self) -> None:
        self.heard: list[str] = []

    async def apply(self, tx: Transaction, received: Received[ConferencePublished], prepared: None) -> None:
        self.heard.append(received.key)


class Lab:
    """`teller` publishes registration's events; `listener` is accreditation, which writes them down."""

    def __init__(self, teller: ServiceSettings, listener: ServiceSettings, operations: ServiceSettings) -> None:
        self.settings = (teller, listener)
        self.watcher = operations.kafka
        self.operations = operations
        self._conferences = HearsConferences()
        self.reaction = WritesDown()
        self.teller = Kernel(teller, SYSTEM, service="registration")
        self.listener = Kernel(listener, SYSTEM, service="accreditation")
        self.listener.subscribe(
            [
                Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: self.reaction}),
                Subscription(CONFERENCE, "lab", {ConferencePublished: self._conferences}),
            ]
        )

    @property
    def conferences_heard(self) -> list[str]:
        return self._conferences.heard

    async def tell(self, *events: ParticipantSubmitted | ParticipantWithdrawn) -> None:
        async def work(tx: Transaction) -> None:
            for event in events:
                tx.emit(event)

        await self.teller.unit_of_work.run(work, cause=CAUSE)

    async def tell_conference(self, conference_id: str) -> None:
        """A conference event whose key is the given one, from the service that may write it."""
        operations = Kernel(self.operations, SYSTEM, service="operations")
        async with operations.running(indexes=()):
            event = ConferencePublished(version=1, conference=small_conference(conference_id))

            async def work(tx: Transaction) -> None:
                tx.emit(event)

            await operations.unit_of_work.run(work, cause=CAUSE)

            async def published() -> bool:
                return await operations.database.collection("outbox").count({"published": False}) == 0

            await self.until(published)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        async with self.listener.running(indexes=EFFECT_INDEXES):
            yield

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Lab]:
        async with self.teller.running(indexes=()), self.listening():
            yield self

    async def effects(self, key: str | None = None) -> list[dict[str, Any]]:
        query = {"key": key} if key else {}
        found = self.listener.database.collection(EFFECTS)
        return await found.find(query, limit=100_000, sort=[("key", 1), ("number", 1)])

    async def revisions(self, key: str) -> list[int]:
        return [effect["revision"] for effect in await self.effects(key)]

    async def until(self, condition: Callable[[], Awaitable[object]], *, seconds: float = 15) -> None:
        """Wait for the condition; the test fails with what it saw last when it does not come."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (seen := await condition()):
            assert asyncio.get_running_loop().time() < deadline, f"did not come within {seconds} s: {seen!r}"
            await asyncio.sleep(0.02)

    async def until_revisions(self, key: str, expected: list[int], *, seconds: float = 15) -> None:
        async def reached() -> bool:
            return await self.revisions(key) == expected

        await self.until(reached, seconds=seconds)
