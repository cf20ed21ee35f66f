"""Each checker against a build that is broken on purpose: the same scenario passes as the code is, and fails broken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import pytest

from shared.messaging.blocked_keys import BLOCKED_KEYS
from shared.messaging.outbox import OUTBOX, append, outgoing
from shared.messaging.unit_of_work import Transaction
from shared.testing.delivery import CAUSE, GROUP, submitted
from shared.testing.history import Fact, History, Poisoned
from shared.testing.invariants import violations
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.faults.broken_builds import (
    acknowledged_before_the_commit,
    blocking_off,
    inbox_off,
    outage_taken_for_poison,
    quota_updated_unconditionally,
    relay_by_id_greater_than_the_last,
)
from tests.faults.build import Build
from tests.faults.rig import DELEGATIONS, Rig
from tests.integration.messaging.lab import Lab

SETTLED_S = 3.0


# What happens: each scenario answers what was poisoned, for the history.


async def everything_is_published_twice(rig: Rig) -> Sequence[Fact]:
    lab = rig.lab()
    async with lab.running():
        await lab.tell(*(submitted(f"p-{number}") for number in range(10)))
        await rig.until_caught_up(seconds=30)
        rows = lab.teller.database.collection(OUTBOX)
        await rows.update_many({}, {"$set": {"published": False}})

        async def all_published() -> bool:
            return await rows.count({"published": False}) == 0

        await lab.until(all_published, seconds=30)
        await asyncio.sleep(SETTLED_S)
    return ()


async def received(lab: Lab) -> None:
    """Wait until the listener has met the outage: it waits, or what is broken of it has taken that for a failure."""
    blocked = lab.listener.database.collection(BLOCKED_KEYS)

    async def met() -> bool:
        return "consumers" in await lab.listener.waits() or await blocked.count({}) > 0

    await lab.until(met, seconds=60)


async def a_consumer_ends_in_the_middle(rig: Rig) -> Sequence[Fact]:
    first = rig.lab()
    async with first.teller.running(indexes=()):
        async with first.listening():
            await first.tell(submitted("p-before"))
            await rig.until_caught_up(seconds=60)
            first.reaction.outage = True
            await first.tell(*(submitted(f"p-{number}") for number in range(10)))
            await received(first)
            await asyncio.sleep(SETTLED_S)
        async with rig.lab().listening():
            with contextlib.suppress(AssertionError):
                await rig.until_caught_up(seconds=25)
    return ()


async def a_commit_comes_late(rig: Rig) -> Sequence[Fact]:
    lab = rig.lab()
    async with lab.running():
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def slow(tx: Transaction) -> None:
            record = outgoing(submitted("p-early"), cause=CAUSE, world=SYSTEM, source="registration")
            await append(tx, [record], now=tx.now, epoch=0)  # its id is drawn here, and it commits after a later one
            inside.set()
            await go_on.wait()

        late = asyncio.create_task(lab.teller.unit_of_work.run(slow, cause=CAUSE))
        await asyncio.wait_for(inside.wait(), 30)
        await lab.tell(submitted("p-later"))
        await lab.until_revisions("p-later", [1], seconds=30)
        go_on.set()
        await late
        await asyncio.sleep(SETTLED_S)
    return ()


async def a_record_fails(rig: Rig) -> Sequence[Fact]:
    lab = rig.lab()
    lab.reaction.poison = {"poison"}
    async with lab.running():
        await lab.tell(submitted("p-1", 1), submitted("p-1", 2, "poison"), submitted("p-1", 3), submitted("p-2", 1))
        await lab.until_revisions("p-2", [1], seconds=30)
        await asyncio.sleep(SETTLED_S)
        bad = await lab.teller.database.collection(OUTBOX).find_one({"key": "p-1", "sequence": 2})
    assert bad is not None
    return (Poisoned(GROUP, bad["_id"]),)


async def the_database_is_away(rig: Rig) -> Sequence[Fact]:
    lab = rig.lab()
    lab.reaction.outage = True
    async with lab.running():
        await lab.tell(submitted("p-1", 1), submitted("p-2", 1))
        await received(lab)
        lab.reaction.outage = False
        await rig.until_caught_up(seconds=60)
    return ()


async def more_ask_than_there_are_places(rig: Rig) -> Sequence[Fact]:
    lab = rig.lab()
    async with lab.running():
        await asyncio.gather(*(rig.call(lab.teller, number) for number in range(DELEGATIONS * (rig.places + 2))))
        await rig.until_caught_up(seconds=30)
    return ()


Scenario = Callable[[Rig], Awaitable[Sequence[Fact]]]

BUILDS: list[Build[Scenario]] = [
    Build(inbox_off, everything_is_published_twice, "I3", "twice"),
    Build(acknowledged_before_the_commit, a_consumer_ends_in_the_middle, "I3", "never applied"),
    Build(relay_by_id_greater_than_the_last, a_commit_comes_late, "I3", "never applied 1"),
    Build(blocking_off, a_record_fails, "I3", "applied 3 after 1"),
    Build(outage_taken_for_poison, the_database_is_away, "dead letters", "a good record"),
    Build(quota_updated_unconditionally, more_ask_than_there_are_places, "I4", "has 4 of 2"),
]


async def history_of(build: Build[Scenario], namespace: Namespace) -> History:
    rig = Rig(namespace, places=2)
    await rig.prepare()
    poisoned = tuple(await build.scenario(rig))
    return (*poisoned, *await rig.history())


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.scenario.__name__)
async def test_the_build_as_it_is_passes(build: Build[Scenario], namespace: Namespace) -> None:
    history = await history_of(build, namespace)
    assert violations(history) == []


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.breaks.__name__)
async def test_the_broken_build_is_found(
    build: Build[Scenario], namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.breaks(monkeypatch)
    build.assert_found_in(await history_of(build, namespace))
