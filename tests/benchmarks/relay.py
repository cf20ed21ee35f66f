"""`make bench-log`: the relay beside a raw pipelined producer that reads the same rows and marks none, in one run.

Promise: at least half the raw producer's rate, and a flat time per row from 1 to 10 to 100 times the work.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import statistics
import time

from shared.contracts.sequence import Place
from shared.messaging.kafka import start_producer
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.outbox import OUTBOX, outgoing
from shared.messaging.relay import CHUNK
from shared.settings import ServiceSettings
from shared.storage import Collection
from shared.testing.delivery import CAUSE, submitted
from shared.world import SYSTEM
from tests.benchmarks.stage import as_a_service, fresh_namespace

ROWS, TIMES, ROUNDS = 1_000, (1, 10, 100), 3
PROMISE = 0.5


async def fill(outbox: Collection, rows: int) -> None:
    """That many rows of half as many streams, as a service's commits write them."""
    await outbox.delete_many({})
    for start in range(0, rows, 1_000):
        events = [submitted(f"p-{number // 2}", number % 2 + 1) for number in range(start, start + 1_000)]
        records = [outgoing(event, cause=CAUSE, world=SYSTEM, source="registration") for event in events]
        await outbox.insert_many(
            [
                record.document(Place(event.revision), SYSTEM.now())
                for record, event in zip(records, events, strict=True)
            ]
        )


async def raw(kernel: Kernel, outbox: Collection) -> float:
    """Read in the same order, hand over, wait for all: what the broker and the client can do. Rows a second."""
    producer = await start_producer(kernel.access)
    began = time.perf_counter()
    sent = []
    async for rows in outbox.stream({}, sort=[("topic", 1), ("key", 1), ("sequence", 1)], chunk=CHUNK):
        for row in rows:
            headers = [(name, value) for name, value in row["headers"]]
            topic = kernel.access.topic(row["topic"])
            sent.append(await producer.send(topic, row["data"], key=row["key"].encode(), headers=headers))
    await asyncio.gather(*sent)
    took = time.perf_counter() - began
    await producer.stop()
    return len(sent) / took


async def relayed(kernel: Kernel, outbox: Collection) -> float:
    """One sweep of the relay over the same rows, each marked as published. Rows a second."""
    await outbox.update_many({}, {"$set": {"published": False}})
    producer = await start_producer(kernel.access)
    began = time.perf_counter()
    published = await kernel.relay.sweep(producer, outbox)
    took = time.perf_counter() - began
    await producer.stop()
    return published / took


async def measure(kernel: Kernel) -> bool:
    outbox = kernel.database.collection(OUTBOX)
    await kernel.database.ensure_indexes(INDEXES)
    kept = True
    print(f"{'rows':>8} {'raw/s':>8} {'relay/s':>8} {'ratio':>6}  of the rounds   µs a row  resident MB")
    await fill(outbox, ROWS)
    await raw(kernel, outbox)  # the first to come pays for every partition's leader and the client's first connections
    await relayed(kernel, outbox)
    for times in TIMES:
        await fill(outbox, ROWS * times)
        pairs = [(await raw(kernel, outbox), await relayed(kernel, outbox)) for _ in range(ROUNDS)]
        ratios = [ours / theirs for theirs, ours in pairs]
        theirs, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(ratios)
        kept = kept and ratio >= PROMISE
        resident_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(
            f"{ROWS * times:>8,} {theirs:>8,.0f} {ours:>8,.0f} {ratio:>6.2f}  {spread:>13}   {1e6 / ours:>8.0f}  "
            f"{resident_mb:>11.0f}"
        )
    return kept


async def main() -> int:
    async with fresh_namespace() as namespace:
        kernel = Kernel(namespace.settings(ServiceSettings, "registration"), SYSTEM, service="registration")
        kept = await measure(kernel)
        await kernel.store.close()
    print(f"at least {PROMISE} of the raw producer: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept else 1


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    raise SystemExit(as_a_service(main()))
