"""Two small services under load, and the history of what happened to them.

Commands go to registration, where each takes a place of a quota and tells one event; accreditation writes down what it
hears. A caller keeps its Idempotency-Key and calls again until it is answered, as every caller of ours does.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, ClassVar

import orjson

from services.registration.adapters.mongo import QUOTAS, MongoQuotas
from shared.errors import BusyError, ConflictError, InfrastructureError
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD, QUARANTINE
from shared.messaging.cause import CommandKey
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.outbox import OUTBOX
from shared.messaging.unit_of_work import Transaction
from shared.settings import ServiceSettings
from shared.storage import Database, Index, Store
from shared.testing.delivery import CAUSE, EFFECT_INDEXES, EFFECTS, facts, submitted
from shared.testing.history import Answer, Answered, History, Places
from tests.conftest import Namespace
from tests.integration.messaging.lab import Lab

DELEGATIONS = 12
PEOPLE_A_DELEGATION = 5


class QuotaFullError(ConflictError):
    code: ClassVar[str] = "faults.quota_full"


def command_key(number: int) -> CommandKey:
    return CommandKey("caller", f"command-{number}", "submit")


def delegation_of(number: int) -> str:
    return f"d-{number % DELEGATIONS}"


def person_of(number: int) -> str:
    return f"p-{number % (DELEGATIONS * PEOPLE_A_DELEGATION)}"


async def submit(kernel: Kernel, number: int, *, category: str = "delegate") -> Answer:
    """The command of that number, once; its answer. Raises InfrastructureError when nobody knows.

    The event's `category` may be one that the listener cannot apply.
    """
    quotas, delegation = MongoQuotas(kernel.database), delegation_of(number)

    async def work(tx: Transaction) -> dict[str, Any]:
        if not await quotas.take(tx, delegation, "delegate"):
            raise QuotaFullError
        tx.emit(submitted(person_of(number), number + 1, category).model_copy(update={"delegation": delegation}))
        return {"number": number}

    try:
        await kernel.unit_of_work.run_command(
            work, cause=CAUSE, command=command_key(number), serialise=f"delegation:{delegation}"
        )
    except QuotaFullError:
        return Answer.REFUSED
    return Answer.DONE


class Rig:
    """One namespace's two services. `places` is each delegation's quota."""

    def __init__(self, namespace: Namespace, *, places: int = 1_000_000) -> None:
        self.namespace = namespace
        self.places = places
        self.answers: list[Answered] = []
        self.done = 0
        self._numbers = itertools.count()

    def settings(self, service: str, **more: object) -> ServiceSettings:
        return self.namespace.settings(ServiceSettings, service, **more)

    def lab(self, *, instance: str = "test") -> Lab:
        names = ("registration", "accreditation", "operations")
        return Lab(*(self.settings(name, instance=instance) for name in names))

    async def prepare(self) -> None:
        async with self.databases() as (teller, listener):
            await teller.ensure_indexes([*INDEXES, Index(QUOTAS, ())])
            await listener.ensure_indexes([*INDEXES, *EFFECT_INDEXES])
            for delegation in {delegation_of(number) for number in range(DELEGATIONS)}:
                fields = {"delegation": delegation, "category": "delegate", "places": self.places, "used": 0}
                await teller.collection(QUOTAS).insert_one({"_id": f"{delegation}/delegate", **fields})

    @contextlib.asynccontextmanager
    async def databases(self) -> AsyncIterator[tuple[Any, Any]]:
        """Registration's and accreditation's, by connections of their own."""
        settings = [self.settings(name) for name in ("registration", "accreditation")]
        stores = [Store(each.mongo_url.get_secret_value()) for each in settings]
        try:
            yield stores[0].database(settings[0].database), stores[1].database(settings[1].database)
        finally:
            for store in stores:
                await store.close()

    def note(self, number: int, answer: Answer) -> None:
        self.answers.append(Answered(command_key(number).command_id, answer))
        self.done += answer is not Answer.UNKNOWN

    async def call(self, kernel: Kernel, number: int, *, seconds: float = 120) -> None:
        """Call until answered, as a caller does who lost an answer."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.note(number, await submit(kernel, number))
            except BusyError:
                pass
            except InfrastructureError:
                self.note(number, Answer.UNKNOWN)
            else:
                return
            assert time.monotonic() < deadline, f"command {number} was not answered within {seconds} s"
            await asyncio.sleep(0.2)

    @contextlib.asynccontextmanager
    async def load(self, kernel: Kernel, *, writers: int = 6, pause_s: float = 0.05) -> AsyncIterator[None]:
        """Writers that call without end while the block runs; what they began is finished."""
        stop = asyncio.Event()

        async def write() -> None:
            while not stop.is_set():
                await self.call(kernel, next(self._numbers))
                await asyncio.sleep(pause_s)

        async with asyncio.TaskGroup() as group:
            for _ in range(writers):
                group.create_task(write())
            try:
                yield
            finally:
                stop.set()

    async def caught_up(self) -> bool:
        """Everything that is committed now is applied."""
        async with self.databases() as (teller, listener):
            told = await teller.collection(OUTBOX).count({})
            return bool(await listener.collection(EFFECTS).count({}) >= told)

    async def until_caught_up(self, *, seconds: float) -> float:
        """Seconds until every effect of what was committed at the call is there."""
        began = time.monotonic()
        async with self.databases() as (teller, listener):

            async def count(collection: Callable[[], Awaitable[int]]) -> int:
                while True:
                    try:
                        return await collection()
                    except InfrastructureError:
                        await asyncio.sleep(0.2)

            told = await count(lambda: teller.collection(OUTBOX).count({}))
            while (applied := await count(lambda: listener.collection(EFFECTS).count({}))) < told:
                if time.monotonic() - began > seconds:
                    unpublished = await count(lambda: teller.collection(OUTBOX).count({"published": False}))
                    held = await count(lambda: listener.collection(HELD).count({}))
                    state = f"{applied} of {told} applied, {unpublished} unpublished, {held} held"
                    raise AssertionError(f"{state} after {seconds} s")
                await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def history(self) -> History:
        """The answers, the streams, the effects, the dead letters and the quotas, as they are now."""
        async with self.databases() as (teller, listener):
            return await recorded(teller, listener, self.answers)

    async def blocked(self) -> int:
        """How many keys and records of accreditation wait for an operator or for their predecessor."""
        async with self.databases() as (_, listener):
            return int(
                await listener.collection(BLOCKED_KEYS).count({}) + await listener.collection(QUARANTINE).count({})
            )


async def recorded(teller: Database, listener: Database, answers: Sequence[Answered]) -> History:
    """What two services' databases hold now, after those answers."""
    told: Counter[str] = Counter()
    async for rows in teller.collection(OUTBOX).stream({}, sort=[("_id", 1)], chunk=1_000, projection={"data": 1}):
        told.update(orjson.loads(row["data"])["delegation"] for row in rows)
    quotas = await teller.collection(QUOTAS).find({}, limit=1_000)
    places = [Places(item["_id"], item["places"], item["used"], 0, 0, told[item["delegation"]]) for item in quotas]
    return (*answers, *await facts(teller, listener), *places)


def numbers(draw: random.Random, count: int, highest: int) -> Iterator[int]:
    return (draw.randint(1, highest) for _ in range(count))
