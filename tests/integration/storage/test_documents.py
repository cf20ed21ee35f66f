"""Documents: one or many at a time, bounded, unique where they must be; by each driver alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.storage import (
    Collection,
    Database,
    DuplicateKeyError,
    StoreTransaction,
)
from tests.integration.storage.shelf import INDEXES, contents

# One document at a time.


async def test_what_is_written_is_read_replaced_changed_and_removed(database: Database) -> None:
    people = database.collection("people")
    await people.insert_one({"_id": "p-1", "name": "Noor", "seat": 1})
    assert await people.find_one({"_id": "p-1"}) == {"_id": "p-1", "name": "Noor", "seat": 1}
    assert await people.find_one({"_id": "p-1"}, projection={"name": 1}) == {"_id": "p-1", "name": "Noor"}
    assert await people.find_one({"_id": "p-1"}, projection={"_id": 0, "name": 1}) == {"name": "Noor"}
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


async def test_the_least_the_most_and_each_once_are_kept(database: Database) -> None:
    people = database.collection("people")
    for seat, hall in ((3, "B"), (1, "A"), (2, "B")):
        await people.update_one(
            {"name": "Noor"},
            {
                "$setOnInsert": {"_id": "p-1"},
                "$min": {"first": seat},
                "$max": {"last": seat},
                "$addToSet": {"halls": hall},
            },
            upsert=True,
        )
    assert await contents(people) == [{"_id": "p-1", "name": "Noor", "first": 1, "last": 3, "halls": ["B", "A"]}]


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
    least = [{"$group": {"_id": "$odd", "least": {"$min": "$_id"}, "none": {"$min": "$x"}}}, {"$sort": {"_id": 1}}]
    assert await numbers.aggregate(least, limit=10) == [
        {"_id": 0, "least": 0, "none": None},
        {"_id": 1, "least": 1, "none": None},
    ]


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
