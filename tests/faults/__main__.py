"""`make faults`: every row of the faults table on a cluster of three brokers and three mongods, and the table.

FAULTS=full tries the full numbers, FAULTS=short the fewest; FAULTS_SEED repeats a run's draws, FAULTS_ROWS names rows.
Whoever has only what it printed knows what was tried, on what, how long it took, and how to try it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import logging
import os
import platform
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import structlog
from pymongo import AsyncMongoClient

from deploy.local.provision import drop_namespace
from deploy.local.stack import AdminAccess
from shared.world import SYSTEM
from tests.faults import badges, delivery, health, kills, mendings, outages, plan, rebuilt, simulations, touches
from tests.faults.outcome import DEFAULT, SCALES, Outcome, Scale
from tests.faults.rig import Rig
from tests.support.backend import chosen_driver, kafka_version
from tests.support.cluster import Cluster, running_cluster

Row = Callable[[Cluster, Rig, Scale, random.Random], Awaitable[Outcome]]


def _without_cluster(row: Callable[[Rig, Scale, random.Random], Awaitable[Outcome]]) -> Row:
    return lambda _cluster, rig, scale, draw: row(rig, scale, draw)


ROWS: dict[str, Row] = {
    "kills": _without_cluster(kills.killed_at_every_failpoint),
    "badges": _without_cluster(badges.killed_among_badges),
    "late": _without_cluster(delivery.commits_that_come_late),
    "history": outages.history_lost,
    "redelivery": _without_cluster(delivery.everything_again),
    "brokers": outages.brokers_fail,
    "primaries": outages.primaries_fail,
    "membership": _without_cluster(delivery.consumers_come_and_go),
    "poison": _without_cluster(delivery.poison),
    "outage": outages.both_away,
    "stalls": _without_cluster(health.consumers_stall),
    "stops": _without_cluster(health.ends_in_good_order),
    "letters": _without_cluster(mendings.mended_twice_at_once),
    "rebuild": _without_cluster(rebuilt.rebuilt_under_load),
    "audit": lambda _cluster, _rig, scale, draw: touches.audit_touched(scale, draw),
    "simulation": lambda _cluster, _rig, scale, draw: simulations.simulated(scale, draw),
}


async def versions(access: AdminAccess) -> str:
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(access.mongo_url) as client:
        server = (await client.server_info())["version"]
    clients = " ".join(f"{name} {importlib.metadata.version(name)}" for name in ("aiokafka", "faststream", "pymongo"))
    return (
        f"Kafka {kafka_version()}, MongoDB {server} by {chosen_driver()}, {clients}, Python {platform.python_version()}"
    )


async def run_row(cluster: Cluster, name: str, scale: Scale, seed: int) -> Outcome:
    """A row on databases and topics of its own; one that breaks down is not held."""
    began = time.monotonic()
    try:
        rig = Rig(await cluster.namespace(f"faults_{name}"))
        return await ROWS[name](cluster, rig, scale, random.Random(f"{seed}/{name}"))
    except Exception as error:
        ended = [member.name for member in (*cluster.brokers, *cluster.mongods) if not member.is_running]
        says = f"{error!r:.300} at {_where(error)}" + (f"; not running: {', '.join(ended)}" if ended else "")
        with contextlib.suppress(OSError):  # a full disk may be why the row broke down
            logs = Path(tempfile.mkdtemp(prefix=f"bawaba-faults-{name}-"))
            cluster.keep_logs(logs)
            says += f"; the members' logs: {logs}"
        return Outcome(f"{name}: the row itself broke down", "–", False, says, time.monotonic() - began)
    finally:
        # A broker holds all partitions in memory. What a broken cluster cannot remove is not the next row's fault.
        with contextlib.suppress(Exception):
            await drop_namespace(cluster.access, f"faults_{name}")


def _where(error: BaseException) -> str:
    """The innermost calls that an error came through; of a group of errors, its first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    calls = traceback.extract_tb(error.__traceback__)[-6:]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in calls)


def table(names: Sequence[str], outcomes: Sequence[Outcome]) -> str:
    """One line a row, for whoever reads the end alone."""
    return "\n".join(
        f"{'✓' if outcome.held else '✗'} {name:<12}{outcome.took_s:>7.0f} s  {outcome.promise}"
        for name, outcome in zip(names, outcomes, strict=True)
    )


async def main() -> int:
    scale = SCALES[os.environ.get("FAULTS") or DEFAULT.name]
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
    names = (os.environ.get("FAULTS_ROWS") or " ".join(ROWS)).split()
    began = time.monotonic()
    at, commit = f"{SYSTEM.now():%Y-%m-%d %H:%M} UTC", plan.commit() or "unknown"
    print(f"make faults: {scale.name}, seed {seed}, commit {commit}, {at}")
    print(plan.said(names, scale), flush=True)
    if lacking := plan.lacking(scale):
        print("not begun: " + "; ".join(lacking))
        return 2
    async with running_cluster() as cluster:
        load = os.getloadavg()[0]
        print(await versions(cluster.access))
        print(f"{os.cpu_count()} cores, load {load:.1f} at the start, {platform.platform()}\n", flush=True)
        outcomes = []
        for place, name in enumerate(names, start=1):
            print(f"[{place}/{len(names)}, {(time.monotonic() - began) / 60:.1f} min] {name}", flush=True)
            outcome = await run_row(cluster, name, scale, seed)
            print(f"{'✓' if outcome.held else '✗'} {outcome.promise}  ({outcome.took_s:.0f} s)")
            print(
                f"    tried: {outcome.tried}\n    {'held' if outcome.held else 'NOT HELD'}: {outcome.says}", flush=True
            )
            outcomes.append(outcome)
    held = sum(outcome.held for outcome in outcomes)
    print(f"\n{table(names, outcomes)}")
    print(f"\n{held} of {len(outcomes)} promises held, {scale.name}, seed {seed}, in {time.monotonic() - began:.0f} s")
    if held < len(outcomes):
        broken = " ".join(name for name, outcome in zip(names, outcomes, strict=True) if not outcome.held)
        print(f'the same again: FAULTS={scale.name} FAULTS_SEED={seed} FAULTS_ROWS="{broken}" make faults')
    return 0 if held == len(outcomes) else 1


if __name__ == "__main__":
    logging.disable(logging.ERROR)  # what the clients say of a broker that was killed is expected
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.exit(asyncio.run(main()))
