"""A service's own copy of the conference file, as the events brought it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from shared.contracts.conference import Conference, ConferencePublished
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

CONFERENCE: Final = "conference"
INDEXES: Final = (Index(CONFERENCE, ()),)
FRESH_S: Final = 1.0
_ID: Final = "current"

OnChange = Callable[[Transaction, Conference], Awaitable[None]]


class ConferenceCopy:
    """Reads the copy; the parsed file is kept and looked at again for a newer version every second."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(CONFERENCE)
        self._version = 0
        self._conference: Conference | None = None
        self._looked_at = -FRESH_S

    async def current(self) -> Conference | None:
        """The conference in force, at most a second old; None until one is loaded."""
        if time.monotonic() - self._looked_at >= FRESH_S:
            document = await self._collection.find_one({"_id": _ID}, projection={"version": 1})
            if document is not None and document["version"] != self._version:
                await self._read()
            self._looked_at = time.monotonic()
        return self._conference

    async def within(self, tx: Transaction) -> Conference | None:
        """The copy as a transaction sees it; parsed again only when it is another version than the one kept."""
        document = await tx.collection(CONFERENCE).find_one({"_id": _ID}, projection={"version": 1})
        if document is None:
            return None
        if document["version"] != self._version:
            await self._read()
        # A version that this transaction itself wrote is nobody else's yet.
        return self._conference if document["version"] == self._version else await conference_in(tx)

    async def _read(self) -> None:
        document = await self._collection.find_one({"_id": _ID})
        if document is not None:
            self._version, self._conference = document["version"], _parse(document)


async def conference_in(tx: Transaction) -> Conference | None:
    """The copy as a transaction sees it."""
    document = await tx.collection(CONFERENCE).find_one({"_id": _ID})
    return _parse(document) if document else None


class KeepConference(Reaction[ConferencePublished, None]):
    """Keeps the newest version; `on_change` is what the service does with it in the same commit."""

    def __init__(self, on_change: OnChange | None = None) -> None:
        self._on_change = on_change

    async def apply(self, tx: Transaction, received: Received[ConferencePublished], prepared: None) -> None:
        del prepared
        event = received.data
        document = {
            "_id": _ID,
            "version": event.version,
            "conference": event.conference.model_dump(mode="json"),
        }
        await tx.collection(CONFERENCE).replace_one({"_id": _ID}, document, upsert=True)
        if self._on_change is not None:
            await self._on_change(tx, event.conference)


def _parse(document: Document) -> Conference:
    return Conference.model_validate(document["conference"])
