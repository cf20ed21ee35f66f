"""The kernel of one service: its database, unit of work, relay, consumers, blocked keys and liveness, run together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from shared import clock
from shared.errors import BusyError, InfrastructureError
from shared.messaging import blocked_keys, dead_letters, inbox, lost_window, rebuilds, unit_of_work
from shared.messaging.blocked_keys import BlockedKey, BlockedKeys
from shared.messaging.clients import KAFKA, Clients
from shared.messaging.consumer import GroupConsumer
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.failpoints import Failpoint, no_failpoint
from shared.messaging.gauges import Gauges
from shared.messaging.inbox import Inbox
from shared.messaging.liveness import Liveness
from shared.messaging.mend_alike import MendAlike
from shared.messaging.mend_dead_letter import MendDeadLetter
from shared.messaging.outbox import OUTBOX
from shared.messaging.rebuild import ReadModel
from shared.messaging.rebuilds import Rebuilds
from shared.messaging.relay import STOP_PATIENCE_S, Relay, Share
from shared.messaging.repeat import Repeat
from shared.messaging.settle_lost_stream import SettleLostStream
from shared.messaging.subscription import Subscription
from shared.messaging.unit_of_work import Translate, UnitOfWork, nothing_to_translate
from shared.settings import ServiceSettings
from shared.storage import Index, Store
from shared.world import World

RETRY_LOOK_S: Final = 0.5
BLOCKED_SHOWN: Final = 50
START_PATIENCE_S: Final = 60.0
RELAY_FAILS_S: Final = 5.0
BROKER_UNSEEN_S: Final = 15.0
END_LOOKS_MAX: Final = 10
INDEXES: Final = (
    *unit_of_work.INDEXES,
    *inbox.INDEXES,
    *blocked_keys.INDEXES,
    *dead_letters.INDEXES,
    *rebuilds.INDEXES,
    *lost_window.INDEXES,
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class KernelReport:
    """`lag` is in records by group and topic; `unpublished` counts outbox rows, where a thousand is that or more.

    `blocked` has the keys that are blocked longest, fifty of each group at most; `blocked_keys` counts all of them.
    `lost` is how many streams a restore has marked, `lost_open` how many of them wait for a person.
    """

    service: str
    problems: dict[str, str]
    waits: dict[str, str]
    unpublished: int
    oldest_unpublished: datetime | None
    lag: dict[str, dict[str, int]]
    blocked: list[BlockedKey]
    blocked_keys: int
    quarantined: int
    lost: int
    lost_open: int


class Kernel:
    """What a service's `bootstrap.py` builds on. Nothing runs until `running` is entered."""

    def __init__(
        self,
        settings: ServiceSettings,
        world: World,
        *,
        service: str,
        translate: Translate = nothing_to_translate,
        outboxes: Iterable[str] = (),
        failpoint: Failpoint = no_failpoint,
        store: Store | None = None,
        clients: Clients = KAFKA,
    ) -> None:
        self.service = service
        self.world = world
        self.access = settings.kafka
        self.store = store or settings.store()
        self.database = self.store.database(settings.database)
        self.outboxes = (OUTBOX, *outboxes)
        self.unit_of_work = UnitOfWork(
            self.database, service=service, world=world, translate=translate, failpoint=failpoint
        )
        self._failpoint = failpoint
        self.relay = Relay(
            self.database,
            self.access,
            world,
            service=service,
            outboxes=self.outboxes,
            share=Share(settings.relay_index, settings.relay_count),
            failpoint=failpoint,
            open_producer=clients.open_producer,
        )
        self._clients = clients
        self._consumers: list[GroupConsumer] = []
        self._inboxes: list[tuple[Inbox, BlockedKeys]] = []
        self._groups: list[Inbox] = []
        self.dead_letters = DeadLetters(self.database, service, self._groups)
        self.mend_dead_letter = MendDeadLetter(
            self.database, self.unit_of_work, self.dead_letters, world, service=service
        )
        self.mend_alike = MendAlike(
            self.database, self.unit_of_work, self.dead_letters, self.mend_dead_letter, world, service=service
        )
        self.lost_window = SettleLostStream(self.database, self.unit_of_work, world, service=service)
        self._liveness = Liveness(self.access, self._consumers, open_watcher=clients.open_watcher)
        self._started = False

    def subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        """Take up a service's subscriptions: those of one purpose are one consumer group."""
        for purpose in dict.fromkeys(subscription.purpose for subscription in subscriptions):
            of_purpose = [subscription for subscription in subscriptions if subscription.purpose == purpose]
            group = f"{self.service}.{purpose}"
            blocked = BlockedKeys(self.database, self.unit_of_work, self.world, group=group)
            its_inbox = Inbox(self.database, self.unit_of_work, blocked, of_purpose)
            self._inboxes.append((its_inbox, blocked))
            self._groups.append(its_inbox)
            topics = [subscription.topic for subscription in of_purpose]
            self._consumers.append(GroupConsumer(its_inbox, self.access, topics, failpoint=self._failpoint))

    def rebuilds(self, models: Sequence[ReadModel], indexes: Sequence[Index]) -> Rebuilds:
        """The rebuilding of a service's read models, each folded by a group that was subscribed before."""
        return Rebuilds(
            self.database,
            self.access,
            self.unit_of_work,
            self.world,
            service=self.service,
            inboxes=self._groups,
            models=models,
            indexes=indexes,
        )

    @contextlib.asynccontextmanager
    async def running(
        self,
        *,
        indexes: Sequence[Index],
        before: Sequence[Callable[[], Awaitable[None]]] = (),
        repeats: Sequence[Repeat] = (),
    ) -> AsyncIterator[None]:
        """Make the indexes, run `before`, then relay, consume and repeat until left.

        Waits for a database that is starting.
        """
        await _patiently(lambda: self.database.ensure_indexes([*INDEXES, *indexes]))
        for step in before:
            await step()
        broker = self._clients.build_consumers(self.access, self._consumers)
        groups = [blocked for _, blocked in self._inboxes]
        gauges = Gauges(self.relay, self._liveness, groups, self.world, service=self.service)
        tasks = [
            asyncio.create_task(self.relay.run(), name=f"{self.service}.relay"),
            asyncio.create_task(gauges.run(), name=f"{self.service}.gauges"),
        ]
        try:
            if self._consumers:
                await _patiently(broker.start)
                tasks.append(asyncio.create_task(self._liveness.run(), name=f"{self.service}.liveness"))
                tasks.append(asyncio.create_task(self._retry_blocked(), name=f"{self.service}.blocked_keys"))
            tasks += [asyncio.create_task(repeat.run(), name=repeat.name) for repeat in repeats]
            self._started = True
            self._tasks = tasks
            yield
        finally:
            self._started = False
            if self._consumers:
                await broker.stop()
            self.relay.stop()
            await asyncio.wait(tasks[:1], timeout=STOP_PATIENCE_S)
            await _end(tasks, service=self.service)
            await self.store.close()

    async def _retry_blocked(self) -> None:
        while True:
            try:
                for its_inbox, blocked in self._inboxes:
                    for key in await blocked.due():
                        await its_inbox.drain(key)
            except (InfrastructureError, BusyError) as error:
                _log.warning("blocked_keys_wait", service=self.service, error=type(error).__name__)
            await asyncio.sleep(RETRY_LOOK_S)

    async def report(self) -> KernelReport:
        """How this service is: what operators see of it. Raises InfrastructureError when its database is away."""
        blocked = [item for _, each in self._inboxes for item in await each.listed(limit=BLOCKED_SHOWN)]
        unpublished, oldest = await self.relay.backlog()
        lost, lost_open = await self.lost_window.counted()
        return KernelReport(
            service=self.service,
            problems=self.problems(),
            waits=await self.waits(),
            unpublished=unpublished,
            oldest_unpublished=oldest,
            lag=self._liveness.lag,
            blocked=blocked,
            blocked_keys=sum([await each.count() for _, each in self._inboxes]),
            quarantined=sum([await each.quarantined() for _, each in self._inboxes]),
            lost=lost,
            lost_open=lost_open,
        )

    def problems(self) -> dict[str, str]:
        """What keeps this service from being live; a supervisor restarts it when this stays."""
        found: dict[str, str] = {}
        if self._liveness.stalled:
            found["stalled"] = ", ".join(self._liveness.stalled)
        if self._started:
            for task in self._tasks:
                if task.done():
                    found["ended"] = task.get_name()
        return found

    async def waits(self) -> dict[str, str]:
        """What keeps this service from being ready: an outage that it waits out."""
        found: dict[str, str] = {}
        try:
            await asyncio.wait_for(self.database.ping(), 2)
        except (InfrastructureError, TimeoutError):
            found["database"] = "no primary answers"
        failing_since = self.relay.health.failing_since
        if failing_since is not None and clock.monotonic_s() - failing_since > RELAY_FAILS_S:
            found["relay"] = "cannot publish"
        if self._consumers and self._liveness.unseen_s() > BROKER_UNSEEN_S:
            found["broker"] = "the broker does not answer"
        if waiting := [item.group for item in self._consumers if item.progress.waiting_since is not None]:
            found["consumers"] = ", ".join(waiting)
        if not self._started:
            found["start"] = "not started"
        return found


async def _end(tasks: Sequence[asyncio.Task[None]], *, service: str) -> None:
    """Cancel until all have ended, ten seconds at most.

    Once is not enough: before Python 3.12 `asyncio.wait_for` loses a cancellation that comes as its wait ends.
    """
    going_on = set(tasks)
    for _ in range(END_LOOKS_MAX):
        for task in going_on:
            task.cancel()
        _, going_on = await asyncio.wait(going_on, timeout=1.0)
        if not going_on:
            return
    _log.error("tasks_do_not_end", service=service, tasks=sorted(task.get_name() for task in going_on))


async def _patiently(step: Callable[[], Awaitable[object]]) -> None:
    """Do a step of starting; a database or broker that is starting too is waited for, a minute at most."""
    deadline = clock.monotonic_s() + START_PATIENCE_S
    while True:
        try:
            await step()
        except (InfrastructureError, KafkaError):
            if clock.monotonic_s() > deadline:
                raise
            await asyncio.sleep(0.2)
        else:
            return
