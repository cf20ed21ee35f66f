"""Which driver it is, what it asks of the server, how it watches, fails and ends; both alike."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from deploy.local import processes
from deploy.local.stack import AdminAccess
from shared.errors import InfrastructureError
from shared.settings import ServiceSettings
from shared.storage import (
    Database,
    DriverName,
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
from tests.integration.storage.shelf import INDEXES

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


async def test_a_user_without_the_right_is_an_outage_for_the_operator(namespace: Namespace, driver: DriverName) -> None:
    store = Store(namespace.services[SERVICE].mongo_url, driver=driver)
    with pytest.raises(InfrastructureError):
        await store.database("somebody_elses").collection("people").find_one({})
    await store.close()


async def test_a_mistake_of_ours_passes_through(database: Database) -> None:
    with pytest.raises(Exception, match="nonsense") as caught:
        await database.collection("people").update_one({"_id": "p-1"}, {"$nonsense": {"seat": 1}})
    assert not isinstance(caught.value, InfrastructureError)


async def test_a_closed_store_has_no_connection_left_and_is_away(
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
    with pytest.raises(InfrastructureError):  # whoever asks a service that has just stopped waits for it
        await people.find_one({})
    await store.close()
