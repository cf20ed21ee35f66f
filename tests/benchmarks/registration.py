"""`make bench-registration`: what a delegation's list costs, beside the bare limit of the same documents, in one run.

The bare limit reads what an import wrote, and writes the same documents again in transactions of as many rows, one
after the other, and produces the same records: no checking, no sealing, no names.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import httpx

from deploy.local.installation import make_secrets
from services.composition import process_app, settings_of
from services.operations.application.append_audit import ENTRIES
from services.registration.adapters.imports_mongo import INDEXES as IMPORT_INDEXES
from services.registration.adapters.list_mongo import INDEXES as LIST_INDEXES
from services.registration.adapters.mongo import INDEXES
from services.registration.application.register_rows import ROWS_A_COMMIT
from services.registration.domain.written_text import text_fault
from shared.contracts.conference import Conference
from shared.messaging.kafka import start_producer
from shared.messaging.kernel import INDEXES as KERNEL_INDEXES
from shared.messaging.kernel import Kernel
from shared.names import POSSIBLY_SAME, NameIndex
from shared.security.principal import Role
from shared.storage import Database, Index, StoreTransaction
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.benchmarks.names import invented_people
from tests.benchmarks.stage import fresh_namespace, resident_mb
from tests.conftest import Namespace
from tests.support.callers import Callers, values_of

SIZES: Final = (100, 1_000, 10_000)
DELEGATIONS: Final = tuple(f"d{number}" for number in range(len(SIZES)))
SEED: Final = 20_261_124
PROMISE: Final = 0.4
WAIT_S_MAX: Final = 600.0
BASE: Final = "/api/registration/v1"
RUN: Final = ("identity", "operations", "registration")
URL: Final = "http://bawaba.bench"
WRITTEN: Final = ("participants", "list_changes", "streams", "outbox")


class Bench(Callers):
    def __init__(self, namespace: Namespace, conference: Conference) -> None:
        make_secrets(namespace.secrets, conference)
        values = values_of(namespace, RUN, URL, instance="bench")
        settings = {name: settings_of(name)(**own) for name, own in values.items()}
        self.conference = conference
        self.app = process_app(list(RUN), **settings)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=URL, timeout=120)
        super().__init__(namespace, URL, http)

    @property
    def kernel(self) -> Kernel:
        return self.app.services["registration"].kernel

    @property
    def vault(self) -> Database:
        kernel = self.kernel
        return kernel.store.database(kernel.database.name.replace("_registration", "_vault"))

    async def publish(self) -> None:
        content = self.conference.model_dump(mode="json")
        await self.call(Role.ADMINISTRATOR, "PUT", "/api/operations/v1/conference", json=content)
        quota = f"{BASE}/delegations/{DELEGATIONS[0]}/quota"
        await until(lambda: self._knows(quota))

    async def _knows(self, quota: str) -> bool:
        return (await self.call(DELEGATIONS[0], "GET", quota)).status_code == 200

    async def settled(self, delegation: str, import_id: str) -> dict[str, Any]:
        shown: dict[str, Any] = {}

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
        """Until operations, which shares this process, has read what was told: rosters have its time to themselves."""
        entries = self.app.services["operations"].kernel.database.collection(ENTRIES)
        outbox = self.kernel.database.collection("outbox")

        async def all_read() -> bool:
            return await entries.count({}) >= await outbox.count({})

        await until(all_read)


def conference() -> Conference:
    values = small_conference(first_day=SYSTEM.now().date()).model_dump(mode="json")
    for category in values["categories"]:
        category["photo_required"] = False
    quotas = [{"category": "delegate", "places": 10_000}, {"category": "head", "places": 1}]
    values["delegations"] = [
        {**values["delegations"][0], "code": code, "nationality": None, "quotas": quotas} for code in DELEGATIONS
    ]
    return Conference.model_validate(values)


def csv_of(rows: int) -> bytes:
    lines = ["Category,Full name,Date of birth,Nationality,Passport number,Expiry date"]
    people = invented_people(rows)
    for number, (_, names, known) in enumerate(people):
        name = names[-1] if text_fault(names[-1], "name_latin") is None else f"Somebody {number}"
        lines.append(f"delegate,{name},{known.birth_date},{known.nationality},X{number:07d},2035-01-31")
    return "\n".join(lines).encode()


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    deadline = time.monotonic() + WAIT_S_MAX
    while not await condition():
        assert time.monotonic() < deadline, "did not come"
        await asyncio.sleep(0.01)


def p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


async def imported(bench: Bench, delegation: str, rows: int) -> tuple[float, float, float]:
    """Seconds of the dry run, of registering, and from there until every event is on the log."""
    files = {"workbook": ("list.csv", csv_of(rows))}
    begun = time.perf_counter()
    sent = await bench.call(delegation, "POST", f"{BASE}/delegations/{delegation}/imports", files=files)
    import_id = sent.json()["import_id"]
    checked = await bench.settled(delegation, import_id)
    assert checked["good"] == rows, checked
    dry = time.perf_counter()
    await bench.call(delegation, "POST", f"{BASE}/imports/{import_id}/commit")
    done = await bench.settled(delegation, import_id)
    assert done["result"]["registered"] == rows, done["result"]
    registered = time.perf_counter()
    await bench.published()
    return dry - begun, registered - dry, time.perf_counter() - registered


async def bare(bench: Bench, delegation: str, rows: int) -> float:
    """Seconds to write what the import of this delegation wrote, and to produce its records."""
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
    begun = time.perf_counter()
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
    took = time.perf_counter() - begun
    await producer.stop()
    for name in (*WRITTEN, "quotas", "imports"):
        await database.drop(f"bare_{name}")
    await vault.drop("bare_people")
    return took


async def bare_indexes(database: Database, vault: Database) -> None:
    kept = [each for each in (*INDEXES, *LIST_INDEXES, *IMPORT_INDEXES, *KERNEL_INDEXES) if each.collection in WRITTEN]
    await database.ensure_indexes(
        [Index(f"bare_{each.collection}", each.keys, unique=each.unique, partial=each.partial) for each in kept]
    )
    await vault.ensure_indexes([Index("bare_people", (("at", 1),)), Index("bare_people", (("document", 1),))])


async def imports(bench: Bench) -> bool:
    print(
        "\n| rows | dry run s | registered rows/s | µs a row | bare rows/s | ratio | events out after s | resident MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    kept = True
    for delegation, rows in zip(DELEGATIONS, SIZES, strict=True):
        dry, registering, telling = await imported(bench, delegation, rows)
        limit = await bare(bench, delegation, rows)
        ratio = limit / (registering + telling)
        kept = kept and (ratio >= PROMISE or rows < SIZES[-1])
        each_us = 1e6 * registering / rows
        print(
            f"| {rows:,} | {dry:.1f} | {rows / registering:,.0f} | {each_us:,.0f} | {rows / limit:,.0f} "
            f"| {ratio:.2f} | {telling:.2f} | {resident_mb():.0f} |"
        )
    return kept


def form(number: int, category: str = "delegate") -> dict[str, Any]:
    fields = {
        "name_latin": f"Somebody {number}",
        "birth_date": "1980-05-13",
        "nationality": "EGY",
        "document_number": f"F{number:07d}",
        "document_expires": "2035-01-31",
    }
    return {"form": json.dumps({"category": category, "fields": fields, "submit": True})}


async def one_by_one(bench: Bench) -> None:
    path = f"{BASE}/delegations/{DELEGATIONS[0]}/participants"
    outbox = bench.kernel.database.collection("outbox")
    took, told = [], []
    for number in range(40):
        begun, at = time.perf_counter(), SYSTEM.now()
        answer = await bench.call(DELEGATIONS[0], "POST", path, data=form(number))
        took.append(1e3 * (time.perf_counter() - begun))
        who = answer.json()["participant_id"]

        async def is_out(who: str = who) -> bool:
            return await outbox.find_one({"key": who, "published": True}) is not None

        await until(is_out)
        row = await outbox.find_one({"key": who})
        assert row is not None
        told.append(1e3 * (row["published_at"] - at).total_seconds())
    print(f"\none registration, alone: p50 {statistics.median(took):.1f} ms, p95 {p95(took):.1f} ms")
    print(f"submitted → event acknowledged by the broker: p50 {statistics.median(told):.1f} ms, p95 {p95(told):.1f} ms")
    begun = time.perf_counter()

    async def client(number: int) -> None:
        for each in range(25):
            data = form(10_000 + 100 * number + each)
            await bench.call(DELEGATIONS[0], "POST", path, data=data)

    await asyncio.gather(*(client(number) for number in range(8)))
    print(f"registration commits, 8 clients: {8 * 25 / (time.perf_counter() - begun):.0f}/s")


async def last_seat(bench: Bench) -> bool:
    path = f"{BASE}/delegations/{DELEGATIONS[0]}/participants"
    begun = time.perf_counter()
    answers = await asyncio.gather(
        *(bench.call(DELEGATIONS[0], "POST", path, data=form(50_000 + each, "head")) for each in range(200))
    )
    won = sum(answer.status_code == 201 for answer in answers)
    print(f"200 clients on the last seat: {won} won, all answered within {time.perf_counter() - begun:.1f} s")
    return won == 1


async def roster(bench: Bench) -> None:
    delegation = DELEGATIONS[-1]
    path = f"{BASE}/delegations/{delegation}/roster/search"
    draw = random.Random(SEED)
    asked: dict[str, list[dict[str, Any]]] = {
        "a page of": [{"page": draw.randrange(1, 200)} for _ in range(40)],
        "a name looked for among": [{"text": name} for name in ("ahmed", "x0", "salah", "haddad", "mar") * 2],
    }
    for what, bodies in asked.items():
        took = []
        for body in bodies:
            begun = time.perf_counter()
            answer = await bench.call(delegation, "POST", path, json=body)
            took.append(1e3 * (time.perf_counter() - begun))
            assert answer.status_code == 200, answer.text
        print(f"{what} {SIZES[-1]:,} people: p50 {statistics.median(took):.0f} ms, p95 {p95(took):.0f} ms")
    begun = time.perf_counter()
    answer = await bench.call(delegation, "GET", f"{BASE}/delegations/{delegation}/roster.xlsx")
    assert answer.status_code == 200, answer.text
    print(f"roster of {SIZES[-1]:,} as a file: {time.perf_counter() - begun:.1f} s, {len(answer.content) / 1e6:.1f} MB")


def duplicates() -> None:
    """The index that a submission is looked up in, of a hundred thousand people, by the clock and by the processor."""
    index = NameIndex()
    people = invented_people(100_000)
    for person_id, names, known in people:
        index.add(person_id, names, known)
    draw = random.Random(SEED)
    clock, processor = [], []
    for _, names, known in draw.sample(people, 200):
        begun, used = time.perf_counter(), time.process_time()
        index.search(names, known, score_min=POSSIBLY_SAME, born_alike=True)
        clock.append(1e3 * (time.perf_counter() - begun))
        processor.append(1e3 * (time.process_time() - used))
    print(
        f"duplicate search in 100,000: p95 {p95(clock):.1f} ms by the clock, {p95(processor):.1f} ms of processor, "
        f"load {os.getloadavg()[0]:.1f}"
    )


async def main() -> int:
    async with fresh_namespace() as namespace:
        bench = Bench(namespace, conference())
        async with bench.app.running():
            await bench.publish()
            await one_by_one(bench)
            fair = await last_seat(bench)
            kept = await imports(bench)
            await bench.read()
            await roster(bench)
    duplicates()
    print(f"at least {PROMISE} of the bare limit at {SIZES[-1]:,} rows: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept and fair else 1


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    raise SystemExit(asyncio.run(main()))
