"""`make bench-rebuild`: a read model built again from the log, beside a raw loop that consumes the same records and
writes the same documents in bulk, in one run.

Promise: at least half the raw loop's rate, equal to the live model by hash, and memory that does not grow with the log.
EVENTS says how many events, 50,000 if nothing does; the promise is for 1,000,000.
"""

from __future__ import annotations

import logging
import os
import time

import orjson
from aiokafka import TopicPartition

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import PARTITIONS, REGISTRATION_PARTICIPANTS
from shared.messaging.kafka import loose_consumer
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.rebuild import BATCH, ReadModel, Rebuild
from shared.messaging.subscription import Subscription
from shared.settings import ServiceSettings
from shared.storage import Document, Index
from shared.testing.delivery import GROUP, PURPOSE
from shared.world import SYSTEM
from tests.benchmarks.stage import as_a_service, fresh_namespace, resident_mb
from tests.support.standings import EVENTS_A_STREAM, MODEL, KeepsStandings, fold_log, standing, tell_log

EVENTS = int(os.environ.get("EVENTS") or 50_000)
ROUNDS = 3
PROMISE = 0.5
RAW = "raw_standings"


async def fill(teller: Kernel, listener: Kernel) -> None:
    """The log, and what the live group has made of it: its positions, and the model."""
    await fold_log(listener.database, GROUP, await tell_log(teller.access, EVENTS))


async def raw(listener: Kernel) -> float:
    """Consume everything, fold it in memory, write each batch's documents in bulk. Events a second."""
    await listener.database.drop(RAW)
    stored = listener.database.collection(RAW)
    client = loose_consumer(listener.access, max_partition_fetch_bytes=4 * 1024 * 1024)
    await client.start()
    try:
        topic = listener.access.topic(REGISTRATION_PARTICIPANTS)
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        documents: dict[str, Document] = {}
        done = 0
        began = time.perf_counter()
        while done < EVENTS:
            dirty: dict[str, Document] = {}
            for records in (await client.getmany(timeout_ms=500, max_records=BATCH)).values():
                for record in records:
                    key = record.key.decode()
                    dirty[key] = documents[key] = standing(
                        documents.get(key), key, orjson.loads(record.value)["revision"]
                    )
                    done += 1
            if dirty:
                await stored.put_many(list(dirty.values()))
        return done / (time.perf_counter() - began)
    finally:
        await client.stop()


async def rebuilt(listener: Kernel) -> float:
    """The same by a rebuild, compared with the live model. Events a second."""
    inbox = listener.dead_letters.inbox(GROUP)
    model = ReadModel(MODEL, PURPOSE, (MODEL,))
    rebuild = Rebuild(listener.database, listener.access, inbox, model, [Index(MODEL, ())])
    began = time.perf_counter()
    comparison = await rebuild.run()
    took = time.perf_counter() - began
    await rebuild.drop()
    assert comparison.equal, comparison
    assert comparison.records == EVENTS, comparison
    return comparison.records / took


async def measure(teller: Kernel, listener: Kernel) -> bool:
    await listener.database.ensure_indexes([*INDEXES, Index(MODEL, ()), Index(RAW, ())])
    listener.subscribe([Subscription(REGISTRATION_PARTICIPANTS, PURPOSE, {ParticipantSubmitted: KeepsStandings()})])
    await fill(teller, listener)
    print(f"{EVENTS:,} events of {EVENTS // EVENTS_A_STREAM:,} streams, hash equal to the live model's each time")
    print(f"{'raw/s':>8} {'rebuild/s':>10} {'ratio':>6}  resident MB before and after")
    ratios = []
    for _ in range(ROUNDS):
        theirs, before = await raw(listener), resident_mb()
        ours = await rebuilt(listener)
        ratios.append(ours / theirs)
        print(f"{theirs:>8,.0f} {ours:>10,.0f} {ours / theirs:>6.2f}  {before:.0f} {resident_mb():.0f}", flush=True)
    return sorted(ratios)[len(ratios) // 2] >= PROMISE


async def main() -> int:
    async with fresh_namespace() as namespace:
        kernels = [
            Kernel(namespace.settings(ServiceSettings, service), SYSTEM, service=service)
            for service in ("registration", "accreditation")
        ]
        kept = await measure(*kernels)
        for kernel in kernels:
            await kernel.store.close()
    print(f"at least {PROMISE} of the raw loop: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept else 1


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    raise SystemExit(as_a_service(main()))
