"""What rebuilding leans on: reads of one moment, many puts at once, and a collection in another's place."""

from __future__ import annotations

from shared.storage import Database, Index


async def test_a_snapshot_reads_one_moment_over_collections_while_others_write(database: Database) -> None:
    await database.ensure_indexes([Index("a", ()), Index("b", ())])
    await database.collection("a").insert_one({"_id": 1})
    async with database.snapshot() as snapshot:
        assert await snapshot.collection("a").count({}) == 1
        await database.collection("a").insert_one({"_id": 2})
        await database.collection("b").insert_one({"_id": 1})
        assert await snapshot.collection("a").count({}) == 1
        assert await snapshot.collection("b").find({}, limit=5) == []
    assert await database.collection("b").count({}) == 1


async def test_many_are_put_at_once_and_a_collection_takes_anothers_place(database: Database) -> None:
    live, built = database.collection("live"), database.collection("built")
    await live.insert_one({"_id": 1, "from": "live"})
    await built.put_many([{"_id": 1, "from": "x"}, {"_id": 2, "from": "built"}])
    await built.put_many([{"_id": 1, "from": "built"}])
    await database.swap_in("built", "live")
    assert [each["from"] for each in await live.find({}, limit=5, sort=[("_id", 1)])] == ["built", "built"]
    assert "built" not in await database.collection_names()
    await database.drop("live")
    await database.drop("never there")
    assert await live.count({}) == 0
