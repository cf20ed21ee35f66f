"""Rows that need three of each: brokers and primaries that die or freeze, a change stream whose history is lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import prometheus_client
from pymongo import AsyncMongoClient

from deploy.local.members import Member
from shared.messaging.blocked_keys import BLOCKED_KEYS, QUARANTINE
from shared.messaging.outbox import OUTBOX
from shared.testing.history import History
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.integration.messaging.lab import Lab
from tests.support.cluster import Cluster

RECOVERY_S = 30.0


@contextlib.asynccontextmanager
async def supervised(rig: Rig) -> AsyncIterator[Supervised]:
    """Both services, of which the listener is started anew when it says that it is stalled, as a supervisor does."""
    supervised = Supervised(rig)
    async with rig.lab().teller.running(indexes=()):
        task = asyncio.create_task(supervised.run())
        try:
            yield supervised
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Supervised:
    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.restarts = 0
        self.lab: Lab | None = None

    async def run(self) -> None:
        while True:
            self.lab = self._rig.lab()
            async with self.lab.listening():
                while not self.lab.listener.problems():
                    await asyncio.sleep(0.2)
            self.restarts += 1


async def brokers_fail(cluster: Cluster, rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        wrong: list[str] = []
        longest, kills = 0.0, 0
        caller = rig.lab()
        async with supervised(rig) as services:
            async with rig.load(caller.teller):
                await asyncio.sleep(2)
                for _ in range(scale.broker_faults):
                    broker = draw.choice(cluster.brokers)
                    kills += await _failed_for(broker, draw, seconds=draw.uniform(3, 12))
                    longest = max(longest, await rig.until_caught_up(seconds=RECOVERY_S * 3))
            await rig.until_caught_up(seconds=RECOVERY_S)
        await caller.teller.store.close()
        if longest > RECOVERY_S:
            wrong.append(f"caught up after {longest:.1f} s")
        tried = f"{kills} killed, {scale.broker_faults - kills} frozen, {rig.done:,} commands, lag 0 after at most "
        return f"{tried}{longest:.1f} s, {services.restarts} restarts by health", await rig.history(), wrong

    return await judged("broker killed or frozen (of 3): lag 0 within 30 s of recovery, nothing lost", work)


async def _failed_for(member: Member, draw: random.Random, *, seconds: float) -> int:
    """Kill or freeze it for that long, and have it back; 1 when it was killed."""
    if draw.random() < 0.5:
        member.freeze()
        await asyncio.sleep(seconds)
        member.thaw()
        return 0
    await member.kill()
    await asyncio.sleep(seconds)
    await member.start(seconds=180)  # it looks through its log first, on a machine that has much else to do
    return 1


async def primaries_fail(cluster: Cluster, rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        kills = 0
        caller = rig.lab()
        async with supervised(rig) as services:
            async with rig.load(caller.teller):
                for number in range(scale.mongo_faults):
                    await asyncio.sleep(2)
                    if number % 2 == 0:
                        primary = await cluster.primary()
                        await primary.kill()
                        kills += 1
                        await cluster.primary()
                        await asyncio.sleep(draw.uniform(0, 3))
                        await primary.start()
                    else:
                        await cluster.step_down()
                        await cluster.primary()
            took = await rig.until_caught_up(seconds=60)
        await caller.teller.store.close()
        tried = f"{kills} killed, {scale.mongo_faults - kills} stepped down, {rig.done:,} commands answered; caught up "
        return f"{tried}in {took:.1f} s, {services.restarts} restarts by health", await rig.history(), []

    return await judged("MongoDB primary killed or stepped down (of 3): no acknowledged write lost", work)


async def both_away(cluster: Cluster, rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """First no majority of the database, then none of the brokers: everybody waits, nothing is dead-lettered."""
    del scale, draw

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        caller = rig.lab()
        async with supervised(rig):
            async with rig.load(caller.teller):
                await asyncio.sleep(2)
                for members in (cluster.mongods, cluster.brokers):
                    for member in members[:2]:
                        member.freeze()
                    await asyncio.sleep(8)
                    for member in members[:2]:
                        member.thaw()
                    await asyncio.sleep(3)
            took = await rig.until_caught_up(seconds=90)
            history = await rig.history()
            async with rig.databases() as (_, listener):
                left = {name: await listener.collection(name).count({}) for name in (BLOCKED_KEYS, QUARANTINE, OUTBOX)}
        await caller.teller.store.close()
        wrong = [f"{count} documents in {name}" for name, count in left.items() if count]
        return f"each without a majority for 8 s, {rig.done:,} commands; caught up in {took:.1f} s", history, wrong

    return await judged("an outage of the database or the brokers dead-letters nothing", work)


async def history_lost(cluster: Cluster, rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """The server answers every change stream of ours with error 286, ChangeStreamHistoryLost, for a while."""
    del scale, draw

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        caller = rig.lab()
        wrong: list[str] = []
        async with supervised(rig):
            async with rig.load(caller.teller, writers=3):
                await asyncio.sleep(2)
                lost = metric("bawaba_outbox_watch_lost_total")
                await order_error(cluster, 286, times=20)
                began = time.monotonic()
                while metric("bawaba_outbox_watch_lost_total") == lost:
                    assert time.monotonic() - began < 20, "the server's error did not arrive"
                    await asyncio.sleep(0.05)
                await asyncio.sleep(5)
                await order_error(cluster, 286, times=0)
                began = time.monotonic()
                while metric("bawaba_outbox_watched") != 1 and time.monotonic() - began < 60:
                    await asyncio.sleep(0.05)
                healed = time.monotonic() - began
            await rig.until_caught_up(seconds=60)
            lost = metric("bawaba_outbox_watch_lost_total") - lost
        await caller.teller.store.close()
        if healed >= 60:
            wrong.append("the watch did not heal within 60 s")
        tried = f"error 286 on the wire, watch lost {lost:.0f} ×, healed in {healed:.1f} s, {rig.done:,} commands"
        return tried, await rig.history(), wrong

    return await judged("change-stream history lost (286): heals within 60 s, alert raised, nothing lost", work)


def metric(name: str) -> float:
    return prometheus_client.REGISTRY.get_sample_value(name, {"service": "registration"}) or 0.0


async def order_error(cluster: Cluster, code: int, *, times: int) -> None:
    """Have the primary answer our next cursor reads with this error; 0 times ends it."""
    client: AsyncMongoClient[dict[str, Any]]
    mode: object = {"times": times} if times else "off"
    data = {"failCommands": ["getMore"], "errorCode": code, "appName": "bawaba"}
    async with AsyncMongoClient(cluster.access.mongo_url) as client:
        await client.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})
