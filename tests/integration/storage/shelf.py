"""What the storage suite's tests keep and read."""

from __future__ import annotations

from typing import Any

from shared.storage import Collection, Index

INDEXES = (
    Index("people", (("passport", 1), ("country", -1)), unique=True, partial={"passport": {"$exists": True}}),
    Index("counters", ()),
)


async def contents(collection: Collection) -> list[dict[str, Any]]:
    return await collection.find({}, limit=1_000, sort=[("_id", 1)])
