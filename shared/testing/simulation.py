"""A simulated machine room: an event loop with a time of its own, processes that can be killed and frozen, bad wires.

One seed decides everything that happens: there are no threads, no sockets and no real sleeps, so the same seed gives
the same run, to the byte. Every request to the database or the broker takes a while drawn from the seed, so all that
can overlap does in some run.
"""

from __future__ import annotations

import asyncio
import contextvars
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from shared.testing.memory.broker import MemoryBroker, memory_clients
from shared.testing.memory.driver import MemoryDriver
from shared.testing.memory.server import Server
from shared.testing.memory.wire import LostError, Wire
from shared.world import World

T = TypeVar("T")

BEGINS: Final = datetime(2027, 2, 10, tzinfo=UTC)
TRANSACTION_S_MAX: Final = 3.0
LATENCY_S: Final = 0.004
SLOW_SHARE, SLOW_S_MAX = 0.01, 1.5
CLOCK_SKEW_S_MAX: Final = 2.0


class StandstillError(Exception):
    """Everybody waits, and nothing is due: the run would never end."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """An event loop whose time moves only when nothing is left to do at the present moment."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._clock_resolution = 1e-9
        self._selector = self

    def time(self) -> float:
        return self._now_s

    def select(self, timeout: float | None) -> list[Any]:
        """In place of a wait for sockets: the time of the next thing that is due."""
        if timeout is None:
            raise StandstillError
        self._now_s += timeout
        return []

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


_process: contextvars.ContextVar[Process | None] = contextvars.ContextVar("process", default=None)


class _SimulatedWire(Wire):
    """A process's connection to one server: slow, and at times away."""

    def __init__(self, room: MachineRoom, process: Process) -> None:
        self._room = room
        self._process = process
        self.lost_share = 0.0

    async def request(self, operation: str) -> None:
        del operation
        await self._travel()

    async def answer(self, operation: str) -> None:
        del operation
        if self._room.draw.random() < 0.3:
            await self._travel()
        elif self.lost_share:
            self._maybe_lost()

    async def _travel(self) -> None:
        await asyncio.sleep(self._room.latency_s())
        await self._process.while_frozen()
        self._maybe_lost()

    def _maybe_lost(self) -> None:
        if not self._process.is_alive or (self.lost_share and self._room.draw.random() < self.lost_share):
            raise LostError

    def silent_for_s(self) -> float:
        return self._process.silent_for_s()


class Process:
    """Whatever runs inside is killed with it: its tasks end where they are, and its wires are cut first."""

    def __init__(self, room: MachineRoom, name: str) -> None:
        self.name = name
        self.is_alive = True
        self.frozen_until = 0.0
        self._room = room
        self._frozen_since = self._died_at = 0.0
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self.to_database = _SimulatedWire(room, self)
        self.to_broker = _SimulatedWire(room, self)
        self.driver = MemoryDriver(room.server, self.to_database)
        self.clients = memory_clients(room.broker, self.to_broker)
        skew = timedelta(seconds=room.draw.uniform(-CLOCK_SKEW_S_MAX, CLOCK_SKEW_S_MAX))
        self.world = World(now=lambda: room.now() + skew, random_bytes=room.draw.randbytes)

    def run(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run it in this process, and all that it starts."""
        context = contextvars.copy_context()
        context.run(_process.set, self)
        return self._room.loop.create_task(work, context=context)

    def took_on(self, task: asyncio.Task[Any]) -> None:
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def kill(self) -> None:
        """kill -9: nothing that it does from here on arrives anywhere."""
        if self.is_alive:
            self.is_alive = False
            self._died_at = self._room.loop.time()
            self._room.loop.call_soon(self._end)

    def _end(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    def freeze(self, seconds: float) -> None:
        """SIGSTOP for a while: what it asks meanwhile is asked when it goes on."""
        self._frozen_since = self._room.loop.time()
        self.frozen_until = self._frozen_since + seconds

    async def while_frozen(self) -> None:
        while (left_s := self.frozen_until - self._room.loop.time()) > 0:  # noqa: ASYNC110  it may be frozen anew
            await asyncio.sleep(left_s)

    def silent_for_s(self) -> float:
        """How long the servers have not heard of it, neither dead nor frozen: 0."""
        now = self._room.loop.time()
        if self.is_alive:
            return now - self._frozen_since if now < self.frozen_until else 0.0
        return now - self._died_at


class MachineRoom:
    """One run's database, broker, clock and randomness."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311  it decides a run, no secret
        self.loop = SimulatedLoop()
        self.loop.set_task_factory(self._task)
        self.loop.set_exception_handler(lambda _loop, _context: None)  # a killed process retrieves no result
        self.server = Server(transaction_s_max=TRANSACTION_S_MAX)
        self.broker = MemoryBroker(
            now_ms=lambda: int(self.now().timestamp() * 1000),
            choose=lambda most: self.draw.randint(1, most),
            shuffle=self.draw.shuffle,
        )

    def now(self) -> datetime:
        return BEGINS + timedelta(seconds=self.loop.time())

    def latency_s(self) -> float:
        """Mostly some milliseconds, now and then more than a second."""
        if self.draw.random() < SLOW_SHARE:
            return self.draw.uniform(0, SLOW_S_MAX)
        return self.draw.expovariate(1 / LATENCY_S)

    def run(self, work: Callable[[MachineRoom], Coroutine[Any, Any, T]]) -> T:
        """Run it to its end; whatever it left running ends with it."""
        asyncio.set_event_loop(self.loop)
        try:
            return self.loop.run_until_complete(work(self))
        finally:
            left = [task for task in asyncio.all_tasks(self.loop) if not task.done()]
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            asyncio.set_event_loop(None)
            self.loop.close()

    @staticmethod
    def _task(loop: asyncio.AbstractEventLoop, work: Any, context: contextvars.Context | None = None) -> Any:
        task = asyncio.Task(work, loop=loop, context=context)
        process = context.get(_process) if context is not None else _process.get()
        if process is not None:
            process.took_on(task)
        return task
