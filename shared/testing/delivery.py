"""The universal delivery suite: what any backend must do with two services between which events go.

A backend says what it promises (`Promises`); a case that needs more is not for it. Each case ends with the history of
what happened, which the caller has judged by `invariants`: see `tests/integration/messaging/test_universal.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from shared import clock
from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import DEAD_LETTER_SUFFIX, REGISTRATION_PARTICIPANTS
from shared.errors import InfrastructureError
from shared.messaging.blocked_keys import BLOCKED_KEYS, QUARANTINE
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.outbox import OUTBOX
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index
from shared.testing.history import Applied, Committed, DeadLettered, Fact, History, Poisoned

EFFECTS: Final = "effects"
COUNTERS: Final = "counters"
EFFECT_INDEXES: Final = (Index(EFFECTS, (("key", 1), ("number", 1))), Index(COUNTERS, ()))
PURPOSE: Final = "lab"
GROUP: Final = f"accreditation.{PURPOSE}"
CAUSE: Final = Cause("correlation", None, None, "tester")
POISON: Final = "poison"
PATIENCE_S: Final = 60.0


def submitted(participant_id: str, revision: int = 1, category: str = "delegate") -> ParticipantSubmitted:
    return ParticipantSubmitted(
        conference_id="lab",
        participant_id=participant_id,
        delegation="egy",
        category=category,
        revision=revision,
        has_photo=True,
    )


class WritesDown(Reaction[ParticipantSubmitted, None]):
    """Appends each event to `effects`.

    `poison` categories fail until they are cured, `outage` is another service's, and nothing returns unless `goes_on`.
    """

    def __init__(self) -> None:
        self.poison: set[str] = set()
        self.outage = False
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.applied = 0

    async def apply(self, tx: Transaction, received: Received[ParticipantSubmitted], prepared: None) -> None:
        del prepared
        if self.outage:
            raise InfrastructureError("made by a test")
        await self.goes_on.wait()
        if received.data.category in self.poison:
            raise ValueError(f"passport A1234567 of {received.data.category}")
        self.applied += 1
        counter = await tx.collection(COUNTERS).find_one_and_update(
            {"_id": received.key}, {"$inc": {"number": 1}}, upsert=True
        )
        assert counter is not None, "an upsert answers the document"
        await tx.collection(EFFECTS).insert_one(
            {
                "_id": f"{received.key}/{counter['number']}",
                "key": received.key,
                "number": counter["number"],
                "event_id": received.id,
                "revision": received.data.revision,
                "sequence": received.sequence,
                "waited_s": (tx.now - received.time).total_seconds(),
            }
        )


@dataclass(frozen=True)
class Promises:
    """What a backend can be asked for beside delivery itself."""

    delivers_again: bool = True
    survives_a_member: bool = False


class Backend(Protocol):
    """Where the two services run. Kernels of one service share its database, whatever their instance."""

    promises: Promises

    def kernel(self, service: str, *, instance: str) -> Kernel: ...

    async def deliver_again(self, group: str) -> None:
        """Have everything on the group's topics come to it once more; the group has no member."""

    async def lose_a_member(self) -> None:
        """One server of several dies, and stays away."""


@dataclass
class Stage:
    """A teller and what listens to it, on one backend."""

    backend: Backend
    reaction: WritesDown = field(default_factory=WritesDown)

    def __post_init__(self) -> None:
        self.teller = self.backend.kernel("registration", instance="teller")
        self.readers = [self.backend.kernel(name, instance="reader") for name in ("registration", "accreditation")]

    @property
    def listener(self) -> Database:
        """The listener's database, by a connection that no listener's end closes."""
        return self.readers[1].database

    async def prepare(self) -> None:
        await self.teller.database.ensure_indexes(INDEXES)
        await self.listener.ensure_indexes([*INDEXES, *EFFECT_INDEXES])

    @contextlib.asynccontextmanager
    async def listens(self, instance: str = "listener") -> AsyncIterator[Kernel]:
        kernel = self.backend.kernel("accreditation", instance=instance)
        kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, PURPOSE, {ParticipantSubmitted: self.reaction})])
        async with kernel.running(indexes=()):
            yield kernel

    async def tell(self, *events: ParticipantSubmitted) -> None:
        async def work(tx: Transaction) -> None:
            for event in events:
                tx.emit(event)

        await self.teller.unit_of_work.run(work, cause=CAUSE)

    async def until(self, condition: Callable[[], Awaitable[object]]) -> None:
        deadline = clock.monotonic_s() + PATIENCE_S
        while not (seen := await condition()):
            assert clock.monotonic_s() < deadline, f"did not come within {PATIENCE_S} s: {seen!r}"
            await asyncio.sleep(0.02)

    async def until_effects(self, count: int) -> None:
        async def reached() -> bool:
            return await self.listener.collection(EFFECTS).count({}) >= count

        await self.until(reached)

    async def until_published(self) -> None:
        async def reached() -> bool:
            return await self.teller.database.collection(OUTBOX).count({"published": False}) == 0

        await self.until(reached)


async def facts(teller: Database, listener: Database) -> History:
    """What the two databases say happened: streams, effects, dead letters."""
    rows = await _all(teller, OUTBOX, [("topic", 1), ("key", 1), ("sequence", 1)])
    effects = await _all(listener, EFFECTS, [("key", 1), ("number", 1)])
    told = await _all(listener, OUTBOX, [("recorded_at", 1), ("_id", 1)])
    letters = [row for row in told if row["topic"].endswith(DEAD_LETTER_SUFFIX)]
    found: list[Fact] = [
        Committed(row["topic"], row["key"], row["sequence"], row["_id"], header(row, "ce_causationid")) for row in rows
    ]
    found += [
        Applied(GROUP, REGISTRATION_PARTICIPANTS, each["key"], each["sequence"], each["event_id"]) for each in effects
    ]
    found += [DeadLettered(GROUP, header(row, "ce_id") or row["_id"]) for row in letters]
    return tuple(found)


async def _all(database: Database, name: str, sort: Sequence[tuple[str, int]]) -> list[Document]:
    stream = database.collection(name).stream({}, sort=sort, chunk=1_000)
    return [document async for documents in stream for document in documents]


def header(row: Document, name: str) -> str | None:
    return next((bytes(value).decode(errors="replace") for key, value in row["headers"] if key == name), None)


# The cases. Each answers what it poisoned, for the history.

Case = Callable[[Stage], Awaitable[Sequence[Fact]]]


async def many_writers_of_few_streams(stage: Stage) -> Sequence[Fact]:
    async with stage.teller.running(indexes=()), stage.listens():
        await asyncio.gather(*(stage.tell(submitted(f"p-{number % 5}", number + 1)) for number in range(60)))
        await stage.until_effects(60)
    return ()


async def a_listener_that_comes_later(stage: Stage) -> Sequence[Fact]:
    async with stage.teller.running(indexes=()):
        await stage.tell(*(submitted(f"p-{number % 7}", number + 1) for number in range(40)))
        await stage.until_published()
        async with stage.listens():
            await stage.until_effects(40)
    return ()


async def everything_is_published_twice(stage: Stage) -> Sequence[Fact]:
    async with stage.teller.running(indexes=()), stage.listens():
        await stage.tell(*(submitted(f"p-{number % 4}", number + 1) for number in range(20)))
        await stage.until_effects(20)
        await stage.teller.database.collection(OUTBOX).update_many({}, {"$set": {"published": False}})
        await stage.tell(*(submitted(f"p-{number}", 100) for number in range(4)))
        await stage.until_published()
        await stage.until_effects(24)
    return ()


async def everything_is_delivered_twice(stage: Stage) -> Sequence[Fact]:
    async with stage.teller.running(indexes=()):
        async with stage.listens("first"):
            await stage.tell(*(submitted(f"p-{number % 4}", number + 1) for number in range(20)))
            await stage.until_effects(20)
        await stage.backend.deliver_again(GROUP)
        async with stage.listens("second"):
            await stage.tell(*(submitted(f"p-{number}", 100) for number in range(4)))
            await stage.until_effects(24)
    return ()


async def listeners_come_and_go(stage: Stage) -> Sequence[Fact]:
    async with stage.teller.running(indexes=()), stage.listens("stays"):
        for visit in range(3):
            async with stage.listens(f"visitor-{visit}"):
                await stage.tell(*(submitted(f"p-{number % 9}", visit + 1) for number in range(18)))
        await stage.until_effects(54)
    return ()


async def a_record_fails(stage: Stage) -> Sequence[Fact]:
    """Its key waits, another goes on; cured, the key's records follow in their order."""
    stage.reaction.poison = {POISON}
    async with stage.teller.running(indexes=()), stage.listens():
        await stage.tell(submitted("p-1", 1), submitted("p-1", 2, POISON), submitted("p-1", 3), submitted("p-2", 1))

        async def dead_lettered() -> bool:
            return await stage.listener.collection(OUTBOX).count({"published": True}) == 1

        await stage.until_effects(2)
        await stage.until(dead_lettered)
        bad = await stage.teller.database.collection(OUTBOX).find_one({"key": "p-1", "sequence": 2})
        assert bad is not None, "it is in the outbox for days"
        assert await stage.listener.collection(EFFECTS).count({}) == 2, "nothing of the key overtakes"
        stage.reaction.poison = set()
        await stage.until_effects(4)
    return (Poisoned(GROUP, bad["_id"]),)


async def an_outage_is_waited_out(stage: Stage) -> Sequence[Fact]:
    stage.reaction.outage = True
    async with stage.teller.running(indexes=()), stage.listens() as listener:
        await stage.tell(*(submitted(f"p-{number}") for number in range(10)))

        async def waits() -> bool:
            return "consumers" in await listener.waits()

        await stage.until(waits)
        stage.reaction.outage = False
        await stage.until_effects(10)
        for name in (BLOCKED_KEYS, QUARANTINE, OUTBOX):
            assert await stage.listener.collection(name).count({}) == 0, f"{name}: an outage is no failure of a record"
    return ()


async def a_call_is_repeated(stage: Stage) -> Sequence[Fact]:
    async def work(tx: Transaction) -> dict[str, Any]:
        tx.emit(submitted("p-1"))
        return {}

    async with stage.teller.running(indexes=()), stage.listens():
        key = CommandKey("caller", "command-1", "submit")
        await asyncio.gather(*(stage.teller.unit_of_work.run_command(work, cause=CAUSE, command=key) for _ in range(6)))
        await stage.tell(submitted("p-2"))
        await stage.until_effects(2)
        await stage.until_published()
    assert await stage.listener.collection(EFFECTS).count({}) == 2, "one effect, however often it was called"
    return ()


async def a_server_of_several_dies(stage: Stage) -> Sequence[Fact]:
    async with stage.teller.running(indexes=()), stage.listens():
        await stage.tell(*(submitted(f"p-{number % 6}", number + 1) for number in range(20)))
        await stage.backend.lose_a_member()
        await stage.tell(*(submitted(f"p-{number % 6}", number + 100) for number in range(20)))
        await stage.until_effects(40)
    return ()


CASES: Final[tuple[Case, ...]] = (
    many_writers_of_few_streams,
    a_listener_that_comes_later,
    everything_is_published_twice,
    everything_is_delivered_twice,
    listeners_come_and_go,
    a_record_fails,
    an_outage_is_waited_out,
    a_call_is_repeated,
    a_server_of_several_dies,
)


def cases_for(promises: Promises) -> list[Case]:
    """The cases that a backend with these promises must pass."""
    needs: dict[Case, bool] = {
        everything_is_delivered_twice: promises.delivers_again,
        a_server_of_several_dies: promises.survives_a_member,
    }
    return [case for case in CASES if needs.get(case, True)]


async def played(case: Case, backend: Backend) -> History:
    """The history that the case leaves on the backend."""
    stage = Stage(backend)
    await stage.prepare()
    poisoned = tuple(await case(stage))
    history = (*poisoned, *await facts(*(reader.database for reader in stage.readers)))
    for reader in stage.readers:
        await reader.store.close()
    return history
