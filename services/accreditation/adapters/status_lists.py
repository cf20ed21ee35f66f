"""The published status list in MongoDB, and the statuses that it is built from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

from services.accreditation.adapters.badge_books import BLANKS
from services.accreditation.adapters.mongo import BADGES, save_version
from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.blank import BlankState
from services.accreditation.domain.status_publication import (
    STATUS_OF_BADGE,
    STATUS_OF_BLANK,
    PublishedStatusList,
    SerialStatus,
)
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Index

STATUS_LISTS: Final = "status_lists"
CHUNK: Final = 2_000
CURRENT: Final = "current"
_PROJECTION: Final = {"serial": 1, "state": 1, "since": 1}

INDEXES: Final = (
    Index(STATUS_LISTS, ()),
    Index(BADGES, (("since", 1),)),
    Index(BLANKS, (("since", 1),)),
)


class MongoStatusLists:
    def __init__(self, database: Database) -> None:
        self._lists = database.collection(STATUS_LISTS)
        self._badges = database.collection(BADGES)
        self._blanks = database.collection(BLANKS)

    async def current(self) -> PublishedStatusList | None:
        found = await self._lists.find_one({"_id": CURRENT})
        if found is None:
            return None
        return PublishedStatusList(
            version=found["version"],
            token=bytes(found["token"]),
            digest=found["digest"],
            issued_at=found["issued_at"],
            newest_change=found["newest_change"],
            key_id=found["key_id"],
        )

    async def statuses(self, *, since: datetime | None) -> AsyncIterator[Sequence[SerialStatus]]:
        async for chunk in _changed(self._blanks, since, {"state": {"$ne": BlankState.BOUND.value}}):
            yield [
                SerialStatus(each["serial"], STATUS_OF_BLANK[BlankState(each["state"])], each["since"])
                for each in chunk
            ]
        async for chunk in _changed(self._badges, since, {}):
            yield [
                SerialStatus(each["serial"], STATUS_OF_BADGE[BadgeState(each["state"])], each["since"])
                for each in chunk
            ]


class MongoStatusBooks:
    def __init__(self, tx: Transaction) -> None:
        self._lists = tx.collection(STATUS_LISTS)

    async def publish(self, published: PublishedStatusList) -> None:
        await save_version(self._lists, {"_id": CURRENT, **vars(published)})


async def _changed(
    collection: Collection, since: datetime | None, more: dict[str, Any]
) -> AsyncIterator[list[dict[str, Any]]]:
    query = more if since is None else {**more, "since": {"$gte": since}}
    async for chunk in collection.stream(query, sort=[("since", 1)], chunk=CHUNK, projection=_PROJECTION):
        yield chunk
