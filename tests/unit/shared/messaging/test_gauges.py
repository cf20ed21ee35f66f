"""What an outage looks like to Prometheus: the rules of the file over simulated minutes, scraped every five seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.outbox import OUTBOX
from shared.messaging.relay import BACKLOG_COUNTED
from shared.messaging.subscription import Subscription
from shared.messaging.unit_of_work import Transaction
from shared.storage import Store
from shared.testing.delivery import CAUSE, EFFECT_INDEXES, WritesDown, submitted
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel, memory_settings
from shared.testing.memory.server import Server
from shared.testing.simulation import MachineRoom, Process
from tests.faults.simulated import quiet
from tests.support.alert_rules import Rule

SCRAPE_S = 5.0
OUTAGE_ALERTS = ("OutboxNotPublished", "RelayFails", "BrokerNotHeardOf")


@dataclass
class Watched:
    """A service that tells and listens, and the alerts that have fired of it, by the second of the first time."""

    room: MachineRoom
    process: Process
    kernel: Kernel
    rules: dict[str, Rule]
    fired: dict[str, float] = field(default_factory=dict)

    async def pass_s(self, seconds: float) -> None:
        """Let time pass, and scrape meanwhile."""
        until = self.room.loop.time() + seconds
        while self.room.loop.time() < until:
            await asyncio.sleep(SCRAPE_S)
            for alert, rule in self.rules.items():
                if rule.fires(self.room.loop.time()):
                    self.fired.setdefault(alert, self.room.loop.time())

    async def tell(self, key: str) -> None:
        async def work(tx: Transaction) -> None:
            tx.emit(submitted(key))

        await self.kernel.unit_of_work.run(work, cause=CAUSE)

    def value(self, alert: str) -> float:
        return self.rules[alert].value()


def watched(scenario: Callable[[Watched], Awaitable[None]]) -> None:
    """Run the scenario in a room of its own, with the service well for a while before it."""

    async def work(room: MachineRoom) -> None:
        process = Process(room, "registration")
        kernel = Kernel(
            memory_settings("registration"),
            process.world,
            service="registration",
            store=Store.over(process.driver),
            clients=process.clients,
        )
        kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: WritesDown()})])
        rules = {alert: Rule.of(alert, service="registration") for alert in OUTAGE_ALERTS}
        async with kernel.running(indexes=EFFECT_INDEXES):
            service = Watched(room, process, kernel, rules)
            await service.tell("p-before")
            await service.pass_s(30)
            assert service.fired == {}, "all is well"
            await scenario(service)
            assert kernel.problems() == {}, "an outage is no trouble of its own"

    with quiet():
        MachineRoom(seed=1).run(work)


def test_a_broker_that_is_away_for_minutes_pages_while_it_is_away_and_all_is_quiet_again_after() -> None:
    async def scenario(service: Watched) -> None:
        service.process.to_broker.lost_share = 1.0
        began = service.room.loop.time()
        await service.tell("p-1")
        await service.pass_s(60)
        early = service.value("OutboxNotPublished")
        await service.tell("p-2")
        await service.pass_s(240)
        late = service.value("OutboxNotPublished")
        assert abs(early - 60) < 2 * SCRAPE_S, "as old as the oldest row"
        assert abs(late - 300) < 2 * SCRAPE_S, "a younger row makes it no younger"
        assert {alert for alert, at in service.fired.items() if at - began <= 120} == set(OUTAGE_ALERTS)
        service.process.to_broker.lost_share = 0.0
        await service.pass_s(20)
        assert [service.value(alert) < SCRAPE_S for alert in OUTAGE_ALERTS] == [True, True, True]
        assert service.value("OutboxNotPublished") == service.value("RelayFails") == 0

    watched(scenario)


def test_the_oldest_row_grows_older_while_the_database_is_away_too() -> None:
    async def scenario(service: Watched) -> None:
        service.process.to_broker.lost_share = 1.0
        await service.tell("p-1")
        await service.pass_s(10)
        service.process.to_database.lost_share = 1.0
        await service.pass_s(120)
        assert "OutboxNotPublished" in service.fired
        assert abs(service.value("OutboxNotPublished") - 130) < 2 * SCRAPE_S
        service.process.to_broker.lost_share = service.process.to_database.lost_share = 0.0
        await service.pass_s(40)
        assert service.value("OutboxNotPublished") == 0

    watched(scenario)


def test_while_there_is_nothing_to_tell_the_outbox_is_not_asked_for_its_oldest() -> None:
    async def scenario(service: Watched) -> None:
        asked = 0
        oldest = service.kernel.relay._waiting

        async def counting(query: dict[str, object], *, most: int) -> object:
            nonlocal asked
            asked += 1
            return await oldest(query, most=most)

        service.kernel.relay._waiting = counting  # type: ignore[assignment, method-assign]
        await service.pass_s(300)
        assert asked <= 15, f"{asked} of 150 measurements: only those that met a sweep under way"

    watched(scenario)


async def test_the_backlog_s_oldest_is_by_time_and_not_by_stream_and_a_thousand_is_that_or_more() -> None:
    kernel = memory_kernel(Server(), MemoryBroker(now_ms=lambda: 0), "registration")
    await kernel.database.ensure_indexes(INDEXES)
    assert await kernel.relay.backlog() == (0, None)

    async def work(tx: Transaction) -> None:
        for number in range(BACKLOG_COUNTED + 5):
            tx.emit(submitted(f"p-{number:05}"))

    await kernel.unit_of_work.run(work, cause=CAUSE)
    outbox = kernel.database.collection(OUTBOX)
    last = await outbox.find_one({}, sort=[("key", -1)])
    assert last is not None
    oldest = last["recorded_at"] - timedelta(hours=1)
    await outbox.update_one({"_id": last["_id"]}, {"$set": {"recorded_at": oldest}})
    assert await kernel.relay.backlog() == (BACKLOG_COUNTED, oldest)
