"""The relay: shares that together publish everything, an end in good order, and an outbox that does not grow."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from deploy.local.stack import AdminAccess
from shared.messaging.inbox import POSITIONS
from shared.messaging.kafka import start_producer
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.outbox import OUTBOX
from shared.messaging.relay import Relay, Share
from shared.settings import ServiceSettings
from shared.testing.delivery import submitted
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.integration.messaging.lab import Lab


async def wait_for_each_once(lab: Lab, people: int) -> None:
    async def all_came() -> bool:
        return len(await lab.effects()) >= people

    await lab.until(all_came, seconds=30)
    assert [effect["revision"] for effect in await lab.effects()] == [1] * people


def relay_of(lab: Lab, share: Share) -> Relay:
    return Relay(lab.teller.database, lab.teller.access, SYSTEM, service="registration", outboxes=[OUTBOX], share=share)


async def test_shares_divide_the_streams_and_leave_none_out(lab: Lab) -> None:
    await lab.teller.database.ensure_indexes(INDEXES)
    outbox = lab.teller.database.collection(OUTBOX)
    await lab.tell(*(submitted(f"p-{number}") for number in range(60)))
    producer = await start_producer(lab.teller.access)
    try:
        published = [await relay_of(lab, Share(index, 3)).sweep(producer, outbox) for index in range(3)]
    finally:
        await producer.stop()
    assert sum(published) == 60
    assert min(published) > 0, "each had some"
    async with lab.listening():
        await wait_for_each_once(lab, 60)


async def test_relays_that_overlap_have_no_second_effect(lab: Lab) -> None:
    await lab.teller.database.ensure_indexes(INDEXES)
    relays = [relay_of(lab, share) for share in (Share(), Share(0, 2), Share(1, 2))]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    async with lab.listening():
        for start in range(0, 60, 10):
            await lab.tell(*(submitted(f"p-{number}") for number in range(start, start + 10)))
        await wait_for_each_once(lab, 60)
        assert await lab.listener.database.collection(POSITIONS).count({}) == 60
    for relay in relays:
        relay.stop()
    async with asyncio.timeout(10):
        await asyncio.gather(*tasks)


async def test_a_stop_marks_what_was_sent(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.relay.CHUNK", 10)
    relay: Relay | None = None

    def stop_at_first(_name: str) -> None:
        assert relay is not None
        relay.stop()

    await lab.teller.database.ensure_indexes(INDEXES)
    await lab.tell(*(submitted(f"p-{number:02}") for number in range(50)))
    relay = Relay(
        lab.teller.database,
        lab.teller.access,
        SYSTEM,
        service="registration",
        outboxes=[OUTBOX],
        failpoint=stop_at_first,
    )
    async with asyncio.timeout(15):
        await relay.run()
    assert await lab.teller.database.collection(OUTBOX).count({"published": True}) == 10


async def test_a_long_absence_is_caught_up_with(lab: Lab) -> None:
    await lab.teller.database.ensure_indexes(INDEXES)
    for batch in range(30):
        await lab.tell(*(submitted(f"p-{batch}-{number}") for number in range(100)))
    async with lab.teller.running(indexes=()):

        async def all_published() -> bool:
            return await lab.teller.database.collection(OUTBOX).count({"published": False}) == 0

        await lab.until(all_published, seconds=60)
        assert lab.teller.relay.health.failing_since is None


async def test_published_rows_go_after_seven_days_and_waiting_ones_never(lab: Lab, stack: AdminAccess) -> None:
    admin: AsyncMongoClient[dict[str, Any]]
    await lab.teller.database.ensure_indexes(INDEXES)
    await lab.tell(submitted("p-old"), submitted("p-new"), submitted("p-waiting"))
    outbox = lab.teller.database.collection(OUTBOX)
    for key, age in (("p-old", timedelta(days=7, seconds=1)), ("p-new", timedelta(days=6))):
        published = {"published": True, "published_at": SYSTEM.now() - age}
        await outbox.update_one({"key": key}, {"$set": published})
    await outbox.update_one({"key": "p-waiting"}, {"$set": {"recorded_at": SYSTEM.now() - timedelta(days=90)}})
    async with AsyncMongoClient(stack.mongo_url) as admin:
        await admin.admin.command({"setParameter": 1, "ttlMonitorSleepSecs": 1})

    async def gone() -> bool:
        return await outbox.count({"key": "p-old"}) == 0

    await lab.until(gone, seconds=90)
    assert {row["key"] for row in await outbox.find({}, limit=10)} == {"p-new", "p-waiting"}


def test_a_process_knows_its_share_from_its_settings(namespace: Namespace) -> None:
    settings = namespace.settings(ServiceSettings, "registration", relay_index=1, relay_count=4)
    assert Kernel(settings, SYSTEM, service="registration").relay.share == Share(1, 4)
