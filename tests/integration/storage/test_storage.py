"""What the services rely on of the storage facade, on real MongoDB, by each driver alike."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import InvalidOperation
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from deploy.local import processes
from deploy.local.stack import AdminAccess
from shared.errors import InfrastructureError
from shared.settings import ServiceSettings
from shared.storage import (
    Collection,
    Database,
    DriverName,
    DuplicateKeyError,
    Index,
    StorageTransientError,
    Store,
    StoreTransaction,
    options,
)
from shared.storage.driver import open_driver
from shared.storage.motor_driver import MotorDriver
from shared.storage.pymongo_driver import PyMongoDriver
from tests.conftest import Namespace
from tests.integration.storage.conftest import SERVICE

INDEXES = (
    Index("people", (("passport", 1), ("country", -1)), unique=True, partial={"passport": {"$exists": True}}),
    Index("counters", ()),
)


class RefusedError(Exception):
    pass


async def contents(collection: Collection) -> list[dict[str, Any]]:
    return await collection.find({}, limit=1_000, sort=[("_id", 1)])


# What the one setting chooses.


def test_the_setting_names_the_driver_and_motor_is_the_default(
    namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LabSettings(ServiceSettings, env_prefix="STORAGELAB_"):
        pass

    values = namespace.settings(ServiceSettings, SERVICE).model_dump(exclude={"mongo_driver"})
    assert LabSettings(**values).mongo_driver == "motor"
    monkeypatch.setenv("STORAGELAB_MONGO_DRIVER", "pymongo")
    assert LabSettings(**values).mongo_driver == "pymongo"
    monkeypatch.setenv("STORAGELAB_MONGO_DRIVER", "mongoengine")
    with pytest.raises(ValueError, match="mongo_driver"):
        LabSettings(**values)


async def test_each_name_opens_its_own_driver(driver: DriverName) -> None:
    opened = open_driver(driver, "mongodb://127.0.0.1:1", pool_size_max=1)
    assert type(opened) is {"motor": MotorDriver, "pymongo": PyMongoDriver}[driver]
    await opened.close()


# One document at a time.


async def test_what_is_written_is_read_replaced_changed_and_removed(database: Database) -> None:
    people = database.collection("people")
    await people.insert_one({"_id": "p-1", "name": "Noor", "seat": 1})
    assert await people.find_one({"_id": "p-1"}) == {"_id": "p-1", "name": "Noor", "seat": 1}
    assert await people.find_one({"_id": "p-1"}, projection={"name": 1}) == {"_id": "p-1", "name": "Noor"}
    assert await people.find_one({"_id": "p-2"}) is None
    assert await people.replace_one({"_id": "p-1"}, {"name": "Nour"}) == 1
    assert await people.find_one({"_id": "p-1"}) == {"_id": "p-1", "name": "Nour"}
    assert await people.find_one_and_update({"_id": "p-1"}, {"$inc": {"seat": 4}}) == {
        "_id": "p-1",
        "name": "Nour",
        "seat": 4,
    }
    assert await people.find_one_and_update({"_id": "p-2"}, {"$inc": {"seat": 1}}) is None
    assert await people.find_one_and_update({"_id": "p-2"}, {"$inc": {"seat": 1}}, upsert=True) == {
        "_id": "p-2",
        "seat": 1,
    }
    assert await people.count({}) == 2
    assert await people.find_one({}, sort=[("seat", 1)]) == {"_id": "p-2", "seat": 1}
    assert await people.delete_one({"_id": "p-1"}) == 1
    assert await people.delete_one({"_id": "p-1"}) == 0
    assert await contents(people) == [{"_id": "p-2", "seat": 1}]


async def test_a_write_answers_how_many_matched(database: Database) -> None:
    people = database.collection("people")
    assert await people.update_one({"_id": "p-1"}, {"$set": {"seat": 1}}) == 0
    assert await people.replace_one({"_id": "p-1"}, {"seat": 1}) == 0
    assert await people.update_one({"_id": "p-1"}, {"$set": {"seat": 1}}, upsert=True) == 1, "it inserted"
    assert await people.replace_one({"_id": "p-2"}, {"seat": 1}, upsert=True) == 1, "it inserted"
    assert await people.update_one({"_id": "p-1"}, {"$set": {"seat": 1}}, upsert=True) == 1, "it matched"
    assert await people.update_one({"_id": "p-1"}, {"$set": {"seat": 1}}) == 1, "matched, though nothing changed"
    assert await people.update_many({"seat": 1}, {"$set": {"hall": "A"}}) == 2
    assert await people.update_many({"seat": 9}, {"$set": {"hall": "A"}}) == 0
    assert await people.delete_many({"hall": "A"}) == 2
    assert await people.delete_many({"hall": "A"}) == 0


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    people = database.collection("people")
    cairo = datetime(2026, 3, 1, 1, 30, 0, 123_000, tzinfo=timezone(timedelta(hours=2)))
    utc = datetime(2026, 2, 28, 23, 30, 0, 123_000, tzinfo=UTC)

    async def inside(tx: StoreTransaction) -> list[dict[str, Any]]:
        return await contents(tx.collection("people"))

    await people.insert_one({"_id": "p-1", "arrives": cairo})
    streamed = [item async for chunk in people.stream({}, sort=[("_id", 1)], chunk=10) for item in chunk]
    found = [
        await people.find_one({"_id": "p-1"}),
        await people.find_one_and_update({"_id": "p-1"}, {"$set": {"seat": 1}}),
        *await contents(people),
        *await people.aggregate([{"$match": {}}], limit=1),
        *streamed,
        *await database.transact(inside),
    ]
    assert len(found) == 6
    for item in found:
        assert item is not None
        assert item["arrives"] == utc
        assert item["arrives"].utcoffset() == timedelta(0)


# Many documents at a time.


async def numbered(database: Database, size: int) -> Collection:
    collection = database.collection("numbers")
    await collection.insert_many({"_id": (number * 7) % size, "odd": (number * 7) % size % 2} for number in range(size))
    return collection


async def test_a_read_of_many_is_bounded(database: Database) -> None:
    numbers = await numbered(database, 250)
    assert [item["_id"] for item in await numbers.find({}, limit=3, sort=[("_id", -1)])] == [249, 248, 247]
    assert [item["_id"] for item in await numbers.find({}, limit=3, skip=2, sort=[("_id", 1)])] == [2, 3, 4]
    assert len(await numbers.find({}, limit=120)) == 120, "more than a server's first batch"
    assert len(await numbers.find({}, limit=1_000)) == 250
    assert await numbers.find({"odd": 7}, limit=10) == []
    assert await numbers.find({"_id": 4}, limit=1, projection={"_id": 1}) == [{"_id": 4}]
    for limit in (0, -1):
        with pytest.raises(ValueError, match="limit"):
            await numbers.find({}, limit=limit)


async def test_an_aggregation_is_bounded(database: Database) -> None:
    numbers = await numbered(database, 250)
    by_oddness = [{"$group": {"_id": "$odd", "count": {"$sum": 1}}}, {"$sort": {"_id": 1}}]
    assert await numbers.aggregate(by_oddness, limit=10) == [{"_id": 0, "count": 125}, {"_id": 1, "count": 125}]
    assert await numbers.aggregate(by_oddness, limit=1) == [{"_id": 0, "count": 125}]
    assert len(await numbers.aggregate([{"$match": {}}], limit=180)) == 180
    assert await numbers.aggregate([{"$match": {"odd": 7}}], limit=10) == []


@pytest.mark.parametrize(("size", "chunks"), [(250, [100, 100, 50]), (200, [100, 100]), (1, [1]), (0, [])])
async def test_a_stream_comes_in_chunks_and_in_order(database: Database, size: int, chunks: list[int]) -> None:
    numbers = await numbered(database, size) if size else database.collection("numbers")
    seen = [chunk async for chunk in numbers.stream({}, sort=[("_id", 1)], chunk=100, projection={"_id": 1})]
    assert [len(chunk) for chunk in seen] == chunks
    assert [item for chunk in seen for item in chunk] == [{"_id": number} for number in range(size)]


async def test_a_stream_that_is_left_leaves_the_store_usable(database: Database) -> None:
    numbers = await numbered(database, 250)
    stream = numbers.stream({}, sort=[("_id", 1)], chunk=10)
    async for chunk in stream:
        assert [item["_id"] for item in chunk] == list(range(10))
        break
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator
    assert await numbers.count({}) == 250


# Unique indexes.


async def test_a_double_is_refused_by_the_names_of_its_fields_and_no_value(database: Database) -> None:
    await database.ensure_indexes(INDEXES)
    await database.ensure_indexes(INDEXES)  # a second time, as at every start
    assert set(await database.collection_names()) == {"people", "counters"}
    people = database.collection("people")
    first = {"_id": "p-1", "passport": "A1234567", "country": "egy"}
    await people.insert_one(dict(first))
    await people.insert_many([{"_id": "p-2"}, {"_id": "p-3"}])  # without a passport the index says nothing
    double = {"passport": "A1234567", "country": "egy"}
    for write in (
        people.insert_one({"_id": "p-4", **double}),
        people.insert_many([{"_id": "p-4", **double}]),
        people.update_one({"_id": "p-2"}, {"$set": double}),
        people.replace_one({"_id": "p-2"}, double),
        people.find_one_and_update({"_id": "p-2"}, {"$set": double}),
    ):
        with pytest.raises(DuplicateKeyError) as caught:
            await write
        assert caught.value.key_pattern == ("passport", "country")
        assert "A1234567" not in f"{caught.value!r} {caught.value}"
    with pytest.raises(DuplicateKeyError) as caught:
        await people.insert_one({"_id": "p-1"})
    assert caught.value.key_pattern == ("_id",)
    assert await contents(people) == [first, {"_id": "p-2"}, {"_id": "p-3"}]


async def test_an_unordered_insertion_answers_for_each(database: Database) -> None:
    await database.ensure_indexes(INDEXES)
    people = database.collection("people")
    await people.insert_one({"_id": "p-1", "passport": "A1234567", "country": "egy"})
    answers = await people.insert_many_unordered(
        [
            {"_id": "p-2", "passport": "B1", "country": "egy"},
            {"_id": "p-1", "passport": "B2", "country": "egy"},
            {"_id": "p-3", "passport": "B3", "country": "egy"},
            {"_id": "p-4", "passport": "A1234567", "country": "egy"},
            {"_id": "p-2", "passport": "B4", "country": "egy"},
            {"_id": "p-5", "passport": "B5", "country": "egy"},
        ]
    )
    refused = [None if answer is None else answer.key_pattern for answer in answers]
    assert refused == [None, ("_id",), None, ("passport", "country"), ("_id",), None]
    assert "A1234567" not in repr(answers)
    stored = [(item["_id"], item["passport"]) for item in await contents(people)]
    assert stored == [("p-1", "A1234567"), ("p-2", "B1"), ("p-3", "B3"), ("p-5", "B5")]
    assert await people.insert_many_unordered([{"_id": "p-6"}, {"_id": "p-7"}]) == [None, None]


# Transactions.


async def test_a_transaction_is_seen_by_others_when_it_is_committed(database: Database, vault: Database) -> None:
    await database.ensure_indexes(INDEXES)
    await vault.ensure_indexes(INDEXES)
    outside = database.collection("people"), vault.collection("people")

    async def work(tx: StoreTransaction) -> str:
        inside = tx.collection("people"), tx.collection("people", database=vault.name)
        for collection in inside:
            await collection.insert_one({"_id": "p-1"})
        assert [await collection.count({}) for collection in inside] == [1, 1]
        assert [len(await contents(collection)) for collection in inside] == [1, 1]
        assert [len(await collection.aggregate([{"$match": {}}], limit=5)) for collection in inside] == [1, 1]
        assert [await collection.count({}) for collection in outside] == [0, 0]
        return "done"

    assert await database.transact(work) == "done"
    assert [await contents(collection) for collection in outside] == [[{"_id": "p-1"}]] * 2


async def test_a_transaction_reads_one_moment(database: Database) -> None:
    counters = database.collection("counters")
    await counters.insert_one({"_id": "c", "count": 1})

    async def work(tx: StoreTransaction) -> list[Any]:
        before = await tx.collection("counters").find_one({"_id": "c"})
        await counters.update_one({"_id": "c"}, {"$set": {"count": 2}})
        return [before, await tx.collection("counters").find_one({"_id": "c"})]

    assert await database.transact(work) == [{"_id": "c", "count": 1}] * 2
    assert await contents(counters) == [{"_id": "c", "count": 2}]


async def test_a_refusal_inside_undoes_everything_and_is_not_tried_again(database: Database, vault: Database) -> None:
    await database.ensure_indexes(INDEXES)
    await vault.ensure_indexes(INDEXES)
    await database.collection("counters").insert_one({"_id": "c", "count": 1})
    runs = 0

    async def work(tx: StoreTransaction) -> None:
        nonlocal runs
        runs += 1
        await tx.collection("people").insert_one({"_id": "p-1"})
        await tx.collection("people", database=vault.name).insert_one({"_id": "p-1"})
        await tx.collection("counters").update_one({"_id": "c"}, {"$inc": {"count": 1}})
        raise RefusedError

    with pytest.raises(RefusedError):
        await database.transact(work)
    assert runs == 1
    assert await contents(database.collection("people")) == []
    assert await contents(vault.collection("people")) == []
    async with asyncio.timeout(5):  # nothing is held any more
        assert await database.collection("counters").update_one({"_id": "c"}, {"$inc": {"count": 10}}) == 1
    assert await contents(database.collection("counters")) == [{"_id": "c", "count": 11}]


async def test_a_double_inside_undoes_everything(database: Database) -> None:
    await database.ensure_indexes(INDEXES)
    await database.collection("people").insert_one({"_id": "p-1"})

    async def work(tx: StoreTransaction) -> None:
        await tx.collection("counters").insert_one({"_id": "c"})
        await tx.collection("people").insert_one({"_id": "p-1"})

    with pytest.raises(DuplicateKeyError) as caught:
        await database.transact(work)
    assert caught.value.key_pattern == ("_id",)
    assert await contents(database.collection("counters")) == []


async def test_a_transaction_that_loses_a_race_runs_again(database: Database) -> None:
    counters = database.collection("counters")
    await counters.insert_one({"_id": "c", "count": 0})
    both_have_read = asyncio.Barrier(2)
    runs = 0

    async def increment(tx: StoreTransaction) -> int:
        nonlocal runs
        runs += 1
        seen = await tx.collection("counters").find_one({"_id": "c"})
        assert seen is not None
        if runs <= 2:
            await both_have_read.wait()
        await tx.collection("counters").replace_one({"_id": "c"}, {"count": seen["count"] + 1})
        return int(seen["count"]) + 1

    async with asyncio.timeout(15):
        answers = await asyncio.gather(database.transact(increment), database.transact(increment))
    assert sorted(answers) == [1, 2]
    assert await contents(counters) == [{"_id": "c", "count": 2}]
    assert runs >= 3, "there was a race to lose"


async def test_many_that_race_are_all_counted(database: Database) -> None:
    await database.collection("counters").insert_one({"_id": "c", "count": 0})

    async def increment(tx: StoreTransaction) -> None:
        seen = await tx.collection("counters").find_one({"_id": "c"})
        assert seen is not None
        await tx.collection("counters").replace_one({"_id": "c"}, {"count": seen["count"] + 1})

    async with asyncio.timeout(30):
        await asyncio.gather(*(database.transact(increment) for _ in range(12)))
    assert await contents(database.collection("counters")) == [{"_id": "c", "count": 12}]


async def test_losing_for_ever_ends_as_an_outage(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.storage.database.TRANSACTION_SECONDS_MAX", 0.2)
    counters = database.collection("counters")
    await counters.insert_one({"_id": "c", "count": 0})

    async def work(tx: StoreTransaction) -> None:
        await tx.collection("counters").find_one({"_id": "c"})
        await counters.update_one({"_id": "c"}, {"$inc": {"count": 1}})  # always one step ahead
        await tx.collection("counters").update_one({"_id": "c"}, {"$set": {"count": -1}})

    async with asyncio.timeout(10):
        with pytest.raises(StorageTransientError) as caught:
            await database.transact(work)
    assert isinstance(caught.value, InfrastructureError)
    (counter,) = await contents(counters)
    assert counter["count"] >= 1


async def test_a_transaction_that_is_cancelled_lets_go_of_what_it_wrote(database: Database) -> None:
    counters = database.collection("counters")
    await counters.insert_one({"_id": "c", "count": 0})
    wrote = asyncio.Event()

    async def work(tx: StoreTransaction) -> None:
        await tx.collection("counters").update_one({"_id": "c"}, {"$inc": {"count": 10}})
        wrote.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(database.transact(work))
    async with asyncio.timeout(10):
        await wrote.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await counters.update_one({"_id": "c"}, {"$inc": {"count": 1}}) == 1
    assert await contents(counters) == [{"_id": "c", "count": 1}]


# What is asked of the server.


class Heard(CommandListener):
    """The commands as they go over the wire."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command:  # what signs in is told without its content
            self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    def one(self, name: str) -> dict[str, Any]:
        (found,) = (command for command in self.commands if next(iter(command)) == name)
        self.commands.clear()
        return found


async def test_the_majoritys_journal_is_asked_for_on_the_wire(
    namespace: Namespace, driver: DriverName, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    monkeypatch.setitem(options.CLIENT, "event_listeners", [heard])
    store = Store(namespace.services[SERVICE].mongo_url, driver=driver)
    database = store.database(namespace.services[SERVICE].database)
    people = database.collection("people")
    majority = {"w": "majority", "j": True, "wtimeout": 30_000}

    async def work(tx: StoreTransaction) -> None:
        await tx.collection("people").insert_one({"_id": "p-3"})

    await people.insert_one({"_id": "p-1"})
    assert heard.one("insert")["writeConcern"] == majority
    await people.insert_many_unordered([{"_id": "p-2"}])
    assert heard.one("insert")["writeConcern"] == majority
    await people.update_one({"_id": "p-1"}, {"$set": {"seat": 1}})
    assert heard.one("update")["writeConcern"] == majority
    await people.find_one_and_update({"_id": "p-1"}, {"$set": {"seat": 2}})
    assert heard.one("findAndModify")["writeConcern"] == majority
    await people.delete_one({"_id": "p-1"})
    assert heard.one("delete")["writeConcern"] == majority
    await people.find_one({"_id": "p-1"})
    assert heard.one("find")["readConcern"]["level"] == "majority"
    await database.transact(work)
    first, commit = (command for command in heard.commands if "txnNumber" in command)
    assert first["startTransaction"] is True
    assert first["readConcern"]["level"] == "snapshot"
    assert "writeConcern" not in first
    assert next(iter(commit)) == "commitTransaction"
    assert commit["writeConcern"] == majority
    await store.close()


# Watching.


async def test_insertions_wake_who_waits(database: Database) -> None:
    await database.ensure_indexes(INDEXES)
    counters = database.collection("counters")
    async with asyncio.timeout(20), counters.insertions() as wait:
        await counters.insert_one({"_id": "before the first wait"})
        assert await wait() is True, "the watch begins when it is entered"
        began = time.monotonic()
        for number in range(4):
            waiting = asyncio.create_task(wait())  # type: ignore[arg-type]  # a coroutine
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await counters.insert_one({"_id": number})
            assert await waiting is True
        assert time.monotonic() - began < 3, "woken by the insertion, not by the end of the second"
        await counters.update_one({"_id": 1}, {"$set": {"count": 1}})
        await database.collection("people").insert_one({"_id": "p-1"})
        assert await wait() is False, "neither a change nor another collection wakes"


async def test_a_watch_that_is_cancelled_leaves_the_store_usable(database: Database) -> None:
    counters = database.collection("counters")
    entered = asyncio.Event()

    async def watch() -> None:
        async with counters.insertions() as wait:
            entered.set()
            while True:
                await wait()

    task = asyncio.create_task(watch())
    async with asyncio.timeout(10):
        await entered.wait()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await counters.insert_one({"_id": "c"})
        assert await counters.count({}) == 1


# When it goes wrong, and when it ends.


async def test_a_server_that_is_not_there_is_an_outage_within_seconds(
    driver: DriverName, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.storage.database.TRANSACTION_SECONDS_MAX", 1)  # it would try for 20 s otherwise
    store = Store(f"mongodb://127.0.0.1:{processes.free_ports(1)}", driver=driver)
    database = store.database("nowhere")
    people = database.collection("people")

    async def work(tx: StoreTransaction) -> None:
        await tx.collection("people").insert_one({"_id": "p-1"})

    async def watch() -> None:
        async with people.insertions() as wait:
            await wait()

    began = time.monotonic()
    answers = await asyncio.gather(
        database.ping(),
        database.ensure_indexes(INDEXES),
        database.transact(work),
        people.find_one({}),
        people.find({}, limit=1),
        people.aggregate([], limit=1),
        people.insert_one({"_id": "p-1"}),
        people.insert_many_unordered([{"_id": "p-1"}]),
        watch(),
        return_exceptions=True,
    )
    took = time.monotonic() - began
    await store.close()
    assert {type(answer) for answer in answers} <= {InfrastructureError, StorageTransientError}, answers
    assert took < 9, "5 s each, all at once"


async def test_a_user_without_the_right_is_an_outage_for_the_operator(store: Store) -> None:
    with pytest.raises(InfrastructureError):
        await store.database("somebody_elses").collection("people").find_one({})


async def test_a_mistake_of_ours_passes_through(database: Database) -> None:
    with pytest.raises(Exception, match="nonsense") as caught:
        await database.collection("people").update_one({"_id": "p-1"}, {"$nonsense": {"seat": 1}})
    assert not isinstance(caught.value, InfrastructureError)


async def test_a_closed_store_has_no_connection_left_and_refuses(
    stack: AdminAccess, namespace: Namespace, driver: DriverName
) -> None:
    admin: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(stack.mongo_url) as admin:

        async def connections() -> int:
            everything = {"$currentOp": {"allUsers": True, "idleConnections": True}}
            of_this = {"$match": {"effectiveUsers": {"user": SERVICE, "db": namespace.services[SERVICE].database}}}
            return len(await (await admin["admin"].aggregate([everything, of_this])).to_list())

        store = Store(namespace.services[SERVICE].mongo_url, driver=driver, pool_size_max=3)
        people = store.database(namespace.services[SERVICE].database).collection("people")
        await asyncio.gather(*(people.insert_one({"_id": number}) for number in range(30)))
        assert 1 <= await connections() <= 3, "no more than the pool has"
        await store.close()
        async with asyncio.timeout(5):
            while await connections():  # noqa: ASYNC110  the server tells nobody
                await asyncio.sleep(0.02)
    with pytest.raises(InvalidOperation):
        await people.find_one({})
    await store.close()
