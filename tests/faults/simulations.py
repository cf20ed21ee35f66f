"""The row of the table that needs no machine but this: thousands of simulated runs, each replayed by its seed."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.faults.outcome import Outcome, Scale
from tests.faults.simulated import Run, run

TOLD_MAX = 3
AT_ONCE = 20


async def simulated(scale: Scale, draw: random.Random) -> Outcome:
    """As many runs as the scale says, from a seed that the table's own seed draws."""
    began = time.monotonic()
    first = draw.randrange(2**31)
    seeds = range(first, first + scale.simulated)
    faults: Counter[str] = Counter()
    broken: list[Run] = []
    facts, simulated_s = 0, 0.0
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        loop = asyncio.get_running_loop()
        chunks = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
        for runs in await asyncio.gather(*(loop.run_in_executor(pool, runs_of, chunk) for chunk in chunks)):
            for each in runs:
                faults += each.faults
                facts += len(each.history)
                simulated_s += each.simulated_s
                broken += [each] if each.broken else []
    says = "\n        ".join(map(str, broken[:TOLD_MAX])) or f"{facts:,} facts checked"
    what = f"{faults.total():,} faults of {len(faults)} kinds"
    tried = f"{len(seeds):,} runs from seed {first} on, {simulated_s / 3600:.1f} simulated hours, {what}"
    return Outcome(
        "simulated faults of all kinds at once: every invariant", tried, not broken, says, time.monotonic() - began
    )


def runs_of(seeds: range) -> list[Run]:
    return [run(seed) for seed in seeds]
