"""Rows about a consumer that stalls without an error, and about processes that end in good order."""

from __future__ import annotations

import asyncio
import random
import time

from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.outbox import OUTBOX
from shared.testing.delivery import submitted
from shared.testing.history import History
from tests.faults.delivery import records_of
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.integration.messaging.lab import Lab

UNHEALTHY_S_MAX = 15.0


async def consumers_stall(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """The client fetches no more and says nothing, or the handler never returns; health tells of it."""

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        caller = rig.lab()
        took: list[float] = []
        async with caller.teller.running(indexes=()):
            for number in range(scale.stalls):
                took.append(await _until_unhealthy(rig, caller, number))
            async with rig.lab().listening():  # as a supervisor starts it again
                await rig.until_caught_up(seconds=60)
        tried = f"{scale.stalls} stalls, told after {max(took):.1f} s at most"
        wrong = [] if max(took) <= UNHEALTHY_S_MAX else [f"one was told after {max(took):.1f} s"]
        return tried, await rig.history(), wrong

    del draw
    return await judged("a stalled consumer is unhealthy within 15 s, and loses nothing", work)


async def _until_unhealthy(rig: Rig, caller: Lab, number: int) -> float:
    """Seconds from the commit of the record that is not read to the health that says so."""
    lab = rig.lab(instance=f"stalls-{number}")
    async with lab.listening():
        await caller.tell(submitted(f"before-{number}"))
        await lab.until_revisions(f"before-{number}", [1], seconds=60)
        if number % 2:
            lab.reaction.goes_on.clear()
        else:
            client = lab.listener._consumers[0].progress.client()
            client.pause(*client.assignment())
        await caller.tell(submitted(f"stalled-{number}"))
        began = time.monotonic()
        while "stalled" not in lab.listener.problems():
            assert time.monotonic() - began < 60, "health never told"
            await asyncio.sleep(0.1)
        took = time.monotonic() - began
        lab.reaction.goes_on.set()
    return took


async def ends_in_good_order(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """Both services are stopped as a deployment stops them, under load: nothing is even published or applied twice."""

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        applied = 0
        for stop in range(scale.stops):
            lab = rig.lab(instance=f"stop-{stop}")
            async with lab.running(), rig.load(lab.teller, writers=4, pause_s=0.01):
                await asyncio.sleep(draw.uniform(0.5, 2))
            applied += lab.reaction.applied
        last = rig.lab(instance="last")
        async with last.running():
            await rig.until_caught_up(seconds=60)
            async with rig.databases() as (teller, _):
                rows = await teller.collection(OUTBOX).count({})
            published = len(await records_of(last.watcher, REGISTRATION_PARTICIPANTS))
        applied += last.reaction.applied
        wrong = [f"{published} published of {rows}"] if published != rows else []
        wrong += [f"{applied} applied of {rows}"] if applied != rows else []
        return f"{scale.stops} stops under load, {rows:,} events", await rig.history(), wrong

    return await judged("an end in good order publishes and applies nothing twice", work)
