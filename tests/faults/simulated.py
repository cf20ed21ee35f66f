"""Our own kernel in a simulated machine room: two services under load, an adversary, and the history they leave.

`python -m tests.faults.simulated` with FAULTS_SEED replays one run and tells what happened in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import logging
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import structlog
from pymongo.errors import InvalidOperation

from services.registration.adapters.mongo import QUOTAS
from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.errors import BusyError, InfrastructureError
from shared.messaging import failpoints
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.outbox import OUTBOX
from shared.messaging.subscription import Subscription
from shared.storage import Index, Store
from shared.testing.delivery import EFFECT_INDEXES, EFFECTS, GROUP, WritesDown
from shared.testing.history import Answer, Answered, Fact, History, Poisoned
from shared.testing.invariants import Violation, violations
from shared.testing.memory.driver import MemoryDriver
from shared.testing.memory.kernels import memory_settings
from shared.testing.simulation import MachineRoom, Process
from tests.faults.rig import command_key, delegation_of, recorded, submit

COMMANDS = 16
STREAMS = (0, 1, 12, 13)  # of two delegations, by the rig's numbering
PLACES = 6  # of each delegation: fewer than ask
LOAD_S = 15.0
CALL_PATIENCE_S = 20.0
SETTLE_S_MAX = 200.0


@dataclass(frozen=True)
class Run:
    """One seed's run. `digest` is of everything that was recorded, and of when it was over."""

    seed: int
    history: History
    broken: list[Violation]
    digest: str
    simulated_s: float
    faults: Counter[str]

    def __str__(self) -> str:
        says = "; ".join(f"{each.invariant}: {each.says}" for each in self.broken[:3]) or "held"
        return f"FAULTS_SEED={self.seed} python -m tests.faults.simulated   ({says})"


class Instance:
    """A process of a service that is started again whenever it ends, as a supervisor does."""

    def __init__(self, room: MachineRoom, service: str, number: int, told: Callable[[str], None]) -> None:
        self.name = f"{service}-{number}"
        self.service = service
        self.process: Process | None = None
        self.kernel: Kernel | None = None
        self.is_wanted = True
        self.failures: list[str] = []
        self._room = room
        self._told = told
        self._dies_at: tuple[str, int] | None = None

    async def keep_running(self, reaction: WritesDown) -> None:
        while True:
            if self.is_wanted:
                process = self.process = Process(self._room, self.name)
                life = process.run(self._live(process, reaction))
                await asyncio.wait([life])
                self.kernel = None
                self._told(f"{self.name} ended")
                error = None if life.cancelled() else life.exception()
                if process.is_alive and error is not None and not isinstance(error, InfrastructureError):
                    self.failures.append(f"{self.name} ended by {error!r}")
            await asyncio.sleep(self._room.draw.choice((0.05, 0.5, 2.0, 12.0)))

    async def _live(self, process: Process, reaction: WritesDown) -> None:
        kernel = Kernel(
            memory_settings(self.service, instance=self.name),
            process.world,
            service=self.service,
            failpoint=lambda name: self._failpoint(process, name),
            store=Store.over(process.driver, jitter=self._room.draw.uniform),
            clients=process.clients,
        )
        if self.service == "accreditation":
            kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: reaction})])
        async with kernel.running(indexes=()):
            self.kernel = kernel
            self._told(f"{self.name} runs")
            while self.is_wanted and not kernel.problems():
                await asyncio.sleep(1)
            self.kernel = None

    def dies_at(self, place: str, visit: int) -> None:
        self._dies_at = (place, visit)

    def _failpoint(self, process: Process, name: str) -> None:
        if self._dies_at is not None and self._dies_at[0] == name:
            visits = self._dies_at[1] - 1
            self._dies_at = (name, visits) if visits else None
            if not visits:
                process.kill()
                self._told(f"{self.name} dies at {name}")


class Simulated:
    """Two processes a service at most, callers who call until they are answered, and what goes wrong meanwhile."""

    def __init__(self, room: MachineRoom, trace: Callable[[str], None] | None = None) -> None:
        self._room = room
        self._draw = room.draw
        self._trace = trace
        self._answers: list[Answered] = []
        self._reaction = WritesDown()
        self._reaction.poison = {"poison"}
        self.faults: Counter[str] = Counter()
        self._tellers = [Instance(room, "registration", number, self._told) for number in range(2)]
        self._listeners = [Instance(room, "accreditation", number, self._told) for number in range(2)]
        for second in (self._tellers[1], self._listeners[1]):
            second.is_wanted = self._draw.random() < 0.5
        store = Store.over(MemoryDriver(room.server))
        self._registration, self._accreditation = store.database("registration"), store.database("accreditation")

    @property
    def _instances(self) -> list[Instance]:
        return [*self._tellers, *self._listeners]

    @property
    def failures(self) -> list[str]:
        """Processes that ended by an error of their own, which no fault explains."""
        return [each for instance in self._instances for each in instance.failures]

    def _told(self, what: str) -> None:
        if self._trace is not None:
            self._trace(f"{self._room.loop.time():9.3f}  {what}")

    async def run(self) -> History:
        await self._prepare()
        kept = [asyncio.create_task(each.keep_running(self._reaction)) for each in self._instances]
        adversary = asyncio.create_task(self._adversary())
        await asyncio.gather(*(self._caller(number) for number in self._numbers()))
        await adversary
        await self._settle()
        rows = await self._registration.collection(OUTBOX).find({}, limit=1_000, sort=[("key", 1), ("sequence", -1)])
        first = {row["key"]: row["_id"] for row in rows if b'"poison"' in row["data"]}  # what is behind it only waits
        poisoned: list[Fact] = [Poisoned(GROUP, event_id) for event_id in first.values()]
        history = (*poisoned, *await recorded(self._registration, self._accreditation, self._answers))
        for task in kept:
            task.cancel()
        return history

    async def _prepare(self) -> None:
        await self._registration.ensure_indexes([*INDEXES, Index(QUOTAS, ())])
        await self._accreditation.ensure_indexes([*INDEXES, *EFFECT_INDEXES])
        for delegation in sorted({delegation_of(number) for number in STREAMS}):
            fields = {"delegation": delegation, "category": "delegate", "places": PLACES, "used": 0}
            await self._registration.collection(QUOTAS).insert_one({"_id": f"{delegation}/delegate", **fields})

    def _numbers(self) -> list[int]:
        return [60 * number + self._draw.choice(STREAMS) for number in range(COMMANDS)]

    # Callers.

    async def _caller(self, number: int) -> None:
        """Call with one key until answered; an answer that was lost is one of unknown fate."""
        category = "poison" if self._draw.random() < 0.04 else "delegate"
        await asyncio.sleep(self._draw.uniform(0, LOAD_S))
        while True:
            answer = await self._call(self._draw.choice(self._tellers), number, category)
            if answer is not None:
                self._answers.append(Answered(command_key(number).command_id, answer))
                if answer is not Answer.UNKNOWN:
                    return
            await asyncio.sleep(self._draw.uniform(0.1, 0.6))

    async def _call(self, teller: Instance, number: int, category: str) -> Answer | None:
        kernel, process = teller.kernel, teller.process
        if kernel is None or process is None or not process.is_alive:
            return None
        call = process.run(submit(kernel, number, category=category))
        call.add_done_callback(lambda done: done.cancelled() or done.exception())  # its caller may have given up
        await asyncio.wait([call], timeout=CALL_PATIENCE_S)
        if not call.done() or call.cancelled():
            return Answer.UNKNOWN
        try:
            return call.result()
        except BusyError:
            return None
        except (InfrastructureError, InvalidOperation):  # the latter of a process that was stopped meanwhile
            return Answer.UNKNOWN

    # What goes wrong.

    async def _adversary(self) -> None:
        deeds: list[Callable[[], Awaitable[None]]] = [
            self._kill,
            self._kill,
            self._die_at_a_failpoint,
            self._die_at_a_failpoint,
            self._freeze,
            self._lose_requests,
            self._database_away,
            self._broker_away,
            self._another_service_away,
            self._come_or_go,
            self._redeliver,
            self._publish_again,
        ]
        for _ in range(self._draw.randint(2, 7)):
            await asyncio.sleep(self._draw.expovariate(1 / 3))
            deed = self._draw.choice(deeds)
            self.faults[deed.__name__.strip("_").replace("_", " ")] += 1
            self._told(f"now: {deed.__name__}")
            await deed()

    def _running(self) -> list[Process]:
        return [each.process for each in self._instances if each.process is not None and each.process.is_alive]

    async def _kill(self) -> None:
        if processes := self._running():
            self._draw.choice(processes).kill()

    async def _die_at_a_failpoint(self) -> None:
        instance = self._draw.choice(self._instances)
        instance.dies_at(self._draw.choice(failpoints.ALL), self._draw.randint(1, 6))

    async def _freeze(self) -> None:
        if processes := self._running():
            self._draw.choice(processes).freeze(self._draw.uniform(0.5, 25))

    async def _lose_requests(self) -> None:
        """For some seconds a share of all requests and answers is lost."""
        share = self._draw.uniform(0.02, 0.2)
        await self._for_a_while(lambda process, on: _lose(process, share if on else 0.0, database=True, broker=True))

    async def _database_away(self) -> None:
        await self._for_a_while(lambda process, on: _lose(process, float(on), database=True))

    async def _broker_away(self) -> None:
        await self._for_a_while(lambda process, on: _lose(process, float(on), broker=True))

    async def _for_a_while(self, lose: Callable[[Process, bool], None]) -> None:
        chosen = self._running() if self._draw.random() < 0.5 else self._running()[:1]
        for process in chosen:
            lose(process, True)
        await asyncio.sleep(self._draw.choice((0.3, 2.0, 8.0, 30.0)))
        for process in chosen:
            lose(process, False)

    async def _another_service_away(self) -> None:
        """The listener's reaction asks somebody who does not answer."""
        self._reaction.outage = True
        await asyncio.sleep(self._draw.choice((0.3, 3.0, 25.0)))
        self._reaction.outage = False

    async def _come_or_go(self) -> None:
        instance = self._draw.choice((self._tellers[1], self._listeners[1], self._listeners[1]))
        instance.is_wanted = not instance.is_wanted

    async def _redeliver(self) -> None:
        self._room.broker.set_back(GROUP)

    async def _publish_again(self) -> None:
        await self._registration.collection(OUTBOX).update_many({}, {"$set": {"published": False}})

    # The end.

    async def _settle(self) -> None:
        """Nothing goes wrong any more: wait until all that can have its effect has had it."""
        for instance in self._instances:
            instance.is_wanted = True
            if instance.process is not None:
                instance.process.freeze(0)
        deadline = self._room.loop.time() + SETTLE_S_MAX
        while not await self._is_settled() and self._room.loop.time() < deadline:
            await asyncio.sleep(1)
        await asyncio.sleep(3)

    async def _is_settled(self) -> bool:
        """Everything before a poisoned record of its stream is applied, and every dead letter is out."""
        rows = await self._registration.collection(OUTBOX).find({}, limit=1_000, sort=[("key", 1), ("sequence", 1)])
        applied = {each["event_id"] for each in await self._accreditation.collection(EFFECTS).find({}, limit=1_000)}
        letters = await self._accreditation.collection(OUTBOX).find({}, limit=1_000)
        blocked: set[str] = set()
        poison = 0
        for row in rows:
            if b'"poison"' in row["data"]:
                poison += row["key"] not in blocked
                blocked.add(row["key"])
            elif row["key"] not in blocked and row["_id"] not in applied:
                return False
        return len(letters) >= poison and all(row["published"] for row in [*rows, *letters])


def _lose(process: Process, share: float, *, database: bool = False, broker: bool = False) -> None:
    if database:
        process.to_database.lost_share = share
    if broker:
        process.to_broker.lost_share = share


def run(seed: int, trace: Callable[[str], None] | None = None) -> Run:
    """The run of that seed, judged."""
    with quiet():
        room = MachineRoom(seed)
        simulated = Simulated(room, trace)
        history = room.run(lambda _room: simulated.run())
        broken = [*violations(history), *(Violation("processes", len(history), each) for each in simulated.failures)]
        over_s = room.loop.time()
        digest = hashlib.sha256(repr((history, over_s, room.draw.random())).encode()).hexdigest()
    return Run(seed, history, broken, digest, over_s, simulated.faults)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What the kernel says of outages is expected; and garbage is collected between runs, where it costs no order."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        structlog.configure(**before)


def main() -> int:
    seed = int(os.environ.get("FAULTS_SEED") or 0)
    found = run(seed, trace=print)
    for fact in found.history:
        print("          ", fact)
    facts = f"{len(found.history)} facts in {found.simulated_s:.1f} simulated seconds"
    print(f"\nseed {seed}: {facts}, {found.digest[:16]}")
    for each in found.broken:
        print(f"BROKEN {each.invariant} at {each.at}: {each.says}")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
