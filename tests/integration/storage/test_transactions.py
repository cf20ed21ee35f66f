"""Transactions: all or nothing, one moment, races run again; by each driver alike."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from shared.errors import InfrastructureError
from shared.storage import (
    Database,
    DuplicateKeyError,
    StorageTransientError,
    StoreTransaction,
)
from tests.integration.storage.shelf import INDEXES, contents


class RefusedError(Exception):
    pass


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
