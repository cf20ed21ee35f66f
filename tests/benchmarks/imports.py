"""Imports of a delegation's list, end to end, beside the bare limit of the same documents in the same run.

The bare limit reads what an import wrote, and writes the same documents again in transactions of as many rows, one
after the other, and produces the same records: no checking, no sealing, no names, and nobody who listens to them. The
promise is of an import by itself, as in a process of registration's own. With everybody listening, in one process on
one machine, the same import shares its processors with all that its people set in motion.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from deploy.local.installation import make_secrets
from services.composition import process_app, settings_of
from services.registration.adapters.imports_mongo import INDEXES as IMPORT_INDEXES
from services.registration.adapters.list_mongo import INDEXES as LIST_INDEXES
from services.registration.adapters.mongo import INDEXES
from services.registration.application.register_rows import ROWS_A_COMMIT
from services.registration.domain.written_text import text_fault
from services.topology import Topology
from shared.contracts.conference import Conference
from shared.messaging.kafka import start_producer
from shared.messaging.kernel import INDEXES as KERNEL_INDEXES
from shared.messaging.kernel import Kernel
from shared.security.principal import Role
from shared.storage import Database, Index, StoreTransaction
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.benchmarks.names import invented_people
from tests.benchmarks.stage import resident_mb
from tests.conftest import Namespace
from tests.support.callers import Callers, values_of

SIZES: Final = (100, 1_000, 10_000)
ALONE: Final = tuple(f"a{number}" for number in range(len(SIZES)))
HEARD: Final = tuple(f"h{number}" for number in range(len(SIZES)))
OF_BARE_MIN: Final = 0.4
GROWS_MAX: Final = 1.2
WAIT_S_MAX: Final = 1_800.0
QUIET_S: Final = 5.0
BASE: Final = "/api/registration/v1"
BY_ITSELF: Final = ("identity", "registration")
EVERYBODY: Final = Topology.EMBEDDED.processes["main"]
URL: Final = "http://bawaba.bench"
WRITTEN: Final = ("participants", "list_changes", "streams", "outbox")


class Bench(Callers):
    """A process of some services, over one installation's databases, topics and secrets."""

    def __init__(self, namespace: Namespace, conference: Conference, services: Sequence[str]) -> None:
        make_secrets(namespace.secrets, conference)
        values = values_of(namespace, services, URL, instance="bench")
        settings = {name: settings_of(name)(**own) for name, own in values.items()}
        self.app = process_app(list(services), **settings)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=URL, timeout=120)
        super().__init__(namespace, URL, http)

    @property
    def kernel(self) -> Kernel:
        return self.app.services["registration"].kernel

    @property
    def vault(self) -> Database:
        kernel = self.kernel
        return kernel.store.database(kernel.database.name.replace("_registration", "_vault"))

    async def publish(self, conference: Conference) -> None:
        content = conference.model_dump(mode="json")
        await self.call(Role.ADMINISTRATOR, "PUT", "/api/operations/v1/conference", json=content)
        quota = f"{BASE}/delegations/{ALONE[0]}/quota"
        await until(lambda: self._knows(quota))

    async def _knows(self, quota: str) -> bool:
        return (await self.call(ALONE[0], "GET", quota)).status_code == 200

    async def settled(self, delegation: str, import_id: str) -> dict[str, Any]:
        """The import when it has ended. While this process works on it nobody asks: that would be in the figure."""
        shown: dict[str, Any] = {}
        if work := [task for task in asyncio.all_tasks() if task.get_name() == f"import.{import_id}"]:
            await asyncio.wait(work, timeout=WAIT_S_MAX)

        async def is_settled() -> bool:
            shown.update((await self.call(delegation, "GET", f"{BASE}/imports/{import_id}")).json())
            return shown["progress"] is None

        await until(is_settled)
        return shown

    async def published(self) -> None:
        outbox = self.kernel.database.collection("outbox")

        async def all_out() -> bool:
            return await outbox.find_one({"published": False}) is None

        await until(all_out)

    async def read(self) -> None:
        """Until every service of this process has told all and read all, and that for some seconds."""
        quiet_since = time.monotonic()

        async def is_quiet() -> bool:
            nonlocal quiet_since
            reports = [await each.kernel.report() for each in self.app.services.values()]
            behind = sum(records for each in reports for topics in each.lag.values() for records in topics.values())
            if behind or any(each.unpublished for each in reports):
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > QUIET_S

        await until(is_quiet)


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of this process's processor time: MongoDB's and Kafka's is not in it."""

    clock: float
    processor: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.clock + other.clock, self.processor + other.processor)


class Stopwatch:
    """Read it after `spending` was left."""

    spent = Spent(0, 0)


@contextmanager
def spending() -> Iterator[Stopwatch]:
    watch, begun, used = Stopwatch(), time.perf_counter(), time.process_time()
    yield watch
    watch.spent = Spent(time.perf_counter() - begun, time.process_time() - used)


def conference() -> Conference:
    values = small_conference(first_day=SYSTEM.now().date()).model_dump(mode="json")
    for category in values["categories"]:
        category["photo_required"] = False
    for room in values["rooms"]:
        room["capacity"] = 10_000
    quotas = [{"category": "delegate", "places": 10_000}, {"category": "head", "places": 1}]
    values["delegations"] = [
        {**values["delegations"][0], "code": code, "nationality": None, "quotas": quotas} for code in (*ALONE, *HEARD)
    ]
    return Conference.model_validate(values)


def csv_of(rows: int) -> bytes:
    lines = ["Category,Full name,Date of birth,Nationality,Passport number,Expiry date"]
    for number, (_, names, known) in enumerate(invented_people(rows)):
        name = names[-1] if text_fault(names[-1], "name_latin") is None else f"Somebody {number}"
        lines.append(f"delegate,{name},{known.birth_date},{known.nationality},X{number:07d},2035-01-31")
    return "\n".join(lines).encode()


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Looks the seldomer the longer it takes, so that what is measured is late by 2 % and looking costs little."""
    begun = time.monotonic()
    while not await condition():
        waited = time.monotonic() - begun
        assert waited < WAIT_S_MAX, "did not come"
        await asyncio.sleep(max(0.01, waited / 50))


async def imported(bench: Bench, delegation: str, rows: int) -> tuple[Spent, Spent]:
    """What the dry run took, and what registering took until every event was on the log."""
    files = {"workbook": ("list.csv", csv_of(rows))}
    with spending() as dry:
        sent = await bench.call(delegation, "POST", f"{BASE}/delegations/{delegation}/imports", files=files)
        import_id = sent.json()["import_id"]
        checked = await bench.settled(delegation, import_id)
        assert checked["good"] == rows, checked
    with spending() as registering:
        await bench.call(delegation, "POST", f"{BASE}/imports/{import_id}/commit")
        done = await bench.settled(delegation, import_id)
        assert done["result"]["registered"] == rows, done["result"]
        await bench.published()
    return dry.spent, registering.spent


async def bare(bench: Bench, delegation: str, rows: int) -> Spent:
    """What it takes to write what the import of this delegation wrote, and to produce its records."""
    database, vault = bench.kernel.database, bench.vault
    people = await database.collection("participants").find({"delegation": delegation}, limit=rows)
    ids = [each["_id"] for each in people]
    found = {
        "participants": people,
        "list_changes": await database.collection("list_changes").find({"delegation": delegation}, limit=rows),
        "streams": await database.collection("streams").find({"_id.key": {"$in": ids}}, limit=rows),
        "outbox": await database.collection("outbox").find({"key": {"$in": ids}}, limit=rows),
    }
    sealed = await vault.collection("people").find({"_id": {"$in": ids}}, limit=rows)
    await bare_indexes(database, vault)
    quota, import_id = {"_id": "bare"}, {"_id": "bare"}
    await database.collection("bare_quotas").update_one(quota, {"$set": {"used": 0}}, upsert=True)
    await database.collection("bare_imports").update_one(import_id, {"$set": {"row": 0}}, upsert=True)
    producer = await start_producer(bench.kernel.access)
    with spending() as writing:
        sent = []
        for start in range(0, rows, ROWS_A_COMMIT):
            some = slice(start, start + ROWS_A_COMMIT)

            async def work(tx: StoreTransaction, some: slice = some, start: int = start) -> None:
                for name in WRITTEN:
                    await tx.collection(f"bare_{name}").insert_many(found[name][some])
                await tx.collection("bare_people", database=vault.name).insert_many(sealed[some])
                await tx.collection("bare_quotas").update_one(quota, {"$inc": {"used": ROWS_A_COMMIT}})
                await tx.collection("bare_imports").update_one(import_id, {"$set": {"row": start}})

            await database.transact(work)
            for row in found["outbox"][some]:
                headers = [(name, value) for name, value in row["headers"]]
                topic = bench.kernel.access.topic(row["topic"])
                sent.append(await producer.send(topic, row["data"], key=row["key"].encode(), headers=headers))
        await asyncio.gather(*sent)
    await producer.stop()
    for name in (*WRITTEN, "quotas", "imports"):
        await database.drop(f"bare_{name}")
    await vault.drop("bare_people")
    return writing.spent


async def bare_indexes(database: Database, vault: Database) -> None:
    kept = [each for each in (*INDEXES, *LIST_INDEXES, *IMPORT_INDEXES, *KERNEL_INDEXES) if each.collection in WRITTEN]
    await database.ensure_indexes(
        [Index(f"bare_{each.collection}", each.keys, unique=each.unique, partial=each.partial) for each in kept]
    )
    await vault.ensure_indexes([Index("bare_people", (("at", 1),)), Index("bare_people", (("document", 1),))])


async def by_themselves(bench: Bench) -> list[str]:
    """Imports while nobody listens, beside the bare limit; answers the promises that are not kept."""
    print("\nimports by themselves: registration in a process of its own, nobody listens (what is promised)\n")
    _print_row("rows", *_SPENT, "bare rows/s", "of it", "bare: µs of processor a row", "of it", "resident MB")
    _print_row(*["---"] * (len(_SPENT) + 6))
    each_s, of_bare = [], 0.0
    for delegation, rows in zip(ALONE, SIZES, strict=True):
        dry, registering = await imported(bench, delegation, rows)
        limit = await bare(bench, delegation, rows)
        each_s.append(registering.clock / rows)
        of_bare = limit.clock / registering.clock
        in_processor = f"{1e6 * limit.processor / rows:,.0f}", f"{limit.processor / registering.processor:.2f}"
        beside = f"{rows / limit.clock:,.0f}", f"{of_bare:.2f}", *in_processor, f"{resident_mb():.0f}"
        _print_row(f"{rows:,}", *_spent(dry, registering, rows), *beside)
    grows = max(later / before for before, later in itertools.combinations(each_s, 2))
    print(
        f"\na row's time grows with the list by at most {grows:.2f}; {of_bare:.2f} of the bare limit at {SIZES[-1]:,}"
    )
    broken = [f"a row's time grows by at most {GROWS_MAX}"] * (grows > GROWS_MAX)
    return broken + [f"at least {OF_BARE_MIN} of the bare limit at {SIZES[-1]:,} rows"] * (of_bare < OF_BARE_MIN)


async def with_everybody(bench: Bench) -> None:
    """The same imports while every other service does in the same process what follows from each of these people."""
    print(f"\nthe same with everybody listening, in one process: {', '.join(EVERYBODY)}\n")
    _print_row("rows", *_SPENT, "all had read it after s")
    _print_row(*["---"] * (len(_SPENT) + 2))
    for delegation, rows in zip(HEARD, SIZES, strict=True):
        dry, registering = await imported(bench, delegation, rows)
        begun = time.monotonic()
        await bench.read()
        _print_row(f"{rows:,}", *_spent(dry, registering, rows), f"{time.monotonic() - begun - QUIET_S:.0f}")


_SPENT: Final = ("dry run: µs a row", "registered rows/s", "µs a row", "µs of processor a row")


def _spent(dry: Spent, registering: Spent, rows: int) -> tuple[str, ...]:
    a_row = (1e6 * each / rows for each in (dry.clock, registering.clock, registering.processor))
    checked, clock, processor = (f"{each:,.0f}" for each in a_row)
    return checked, f"{rows / registering.clock:,.0f}", clock, processor


def _print_row(*cells: str) -> None:
    print("|", " | ".join(cells), "|")
