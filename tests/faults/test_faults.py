"""The short form of each row of the faults table: `make faults` runs the same with more, on three of each."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.stack import AdminAccess
from tests.conftest import Namespace, open_namespace
from tests.faults import badges, delivery, health, kills, mendings, outages, rebuilt, touches
from tests.faults.outcome import SHORT
from tests.faults.rig import Rig
from tests.integration.messaging.lab import LAB_TOPICS
from tests.support.cluster import Cluster, running_cluster

SEED = 20_270_210


@pytest.fixture
def draw() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def rig(namespace: Namespace) -> Rig:
    return Rig(namespace)


@pytest.fixture(scope="module")
async def cluster() -> AsyncIterator[Cluster]:
    async with running_cluster() as cluster:
        yield cluster


@pytest.mark.parametrize(
    "row",
    [
        kills.killed_at_every_failpoint,
        delivery.commits_that_come_late,
        delivery.everything_again,
        delivery.consumers_come_and_go,
        delivery.poison,
        health.consumers_stall,
        health.ends_in_good_order,
        mendings.mended_twice_at_once,
        rebuilt.rebuilt_under_load,
    ],
)
async def test_on_one_of_each(row, rig: Rig, draw: random.Random) -> None:  # type: ignore[no-untyped-def]
    outcome = await row(rig, SHORT, draw)
    assert outcome.held, outcome


@pytest.mark.parametrize("row", [outages.history_lost, outages.brokers_fail, outages.primaries_fail, outages.both_away])
async def test_on_three_of_each(row, cluster: Cluster, draw: random.Random) -> None:  # type: ignore[no-untyped-def]
    rig = Rig(await cluster.namespace(row.__name__, LAB_TOPICS))
    outcome = await row(cluster, rig, SHORT, draw)
    assert outcome.held, outcome


async def test_badges(stack: AdminAccess, tmp_path: Path, draw: random.Random) -> None:
    async with open_namespace(stack, tmp_path) as namespace:
        outcome = await badges.killed_among_badges(Rig(namespace), SHORT, draw)
    assert outcome.held, outcome


async def test_the_audit_log(draw: random.Random) -> None:
    outcome = await touches.audit_touched(SHORT, draw)
    assert outcome.held, outcome
