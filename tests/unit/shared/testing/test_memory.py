"""The database in memory knows what the kernel uses, and refuses the rest. The storage suite runs on it as well."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from shared.storage import DuplicateKeyError, Index, Store, StoreTransaction
from shared.testing.memory.driver import MemoryDriver
from shared.testing.memory.server import Server
from shared.testing.memory.values import UnsupportedError, rank


@pytest.mark.parametrize(
    "query",
    [{"a": {"$regex": "x"}}, {"$nor": []}, {"$expr": {"$strLenCP": ["$a"]}}, {"tags": "x"}, {"a": {"$lt": None}}],
)
async def test_a_filter_that_it_does_not_know_is_refused(query: dict[str, Any]) -> None:
    people = Store.over(MemoryDriver(Server())).database("d").collection("people")
    await people.insert_one({"_id": 1, "a": 1, "tags": ["x"]})
    with pytest.raises(UnsupportedError):
        await people.find_one(query)


@pytest.mark.parametrize("update", [{"$push": {"a": 1}}, {"$set": {"a.b": 1}}, {"$set": {"_id": 2}}])
async def test_an_update_that_it_does_not_know_is_refused(update: dict[str, Any]) -> None:
    people = Store.over(MemoryDriver(Server())).database("d").collection("people")
    await people.insert_one({"_id": 1, "a": 1})
    with pytest.raises(UnsupportedError):
        await people.update_one({"_id": 1}, update)


def test_values_are_ordered_as_the_server_orders_them() -> None:
    in_order: list[Any] = [None, -1, 2.5, "", "a", {"a": 1}, {"a": 1, "b": 0}, {"b": 0}, [1], b"b", b"aa", False, True]
    assert all(rank(first) < rank(second) for first, second in itertools.pairwise(in_order))


async def test_a_double_of_a_transaction_that_is_open_is_a_race_and_then_a_double() -> None:
    database = Store.over(MemoryDriver(Server())).database("d")
    await database.ensure_indexes([Index("people", (("passport", 1),), unique=True)])
    tries = 0

    async def slow(tx: StoreTransaction) -> None:
        await tx.collection("people").insert_one({"_id": 1, "passport": "x"})

        async def other(tx: StoreTransaction) -> None:
            nonlocal tries
            tries += 1
            if tries == 2:
                raise LookupError
            await tx.collection("people").insert_one({"_id": 2, "passport": "x"})

        with pytest.raises(LookupError):
            await database.transact(other)

    await database.transact(slow)
    with pytest.raises(DuplicateKeyError):
        await database.collection("people").insert_one({"_id": 2, "passport": "x"})
