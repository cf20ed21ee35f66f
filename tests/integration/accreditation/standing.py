"""One desk for many tests, put back between them to how it stood when it opened."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from pymongo import AsyncMongoClient

from deploy.local.stack import AdminAccess
from services.accreditation.adapters.serials import SERIAL_COUNTER
from services.accreditation.application import Application
from shared.contracts.conference import Conference
from shared.messaging.inbox import POSITIONS
from shared.messaging.outbox import OUTBOX, STREAMS
from tests.conftest import open_namespace
from tests.integration.accreditation.desk import Desk, open_desk, until

Documents = dict[str, dict[str, Any]]
TOLD: Final = (f".{OUTBOX}", f".{STREAMS}")
_GOES_ON: Final = repr(SERIAL_COUNTER["_id"])
"""Serials are not put back: the service has a block of them in hand, and the status list is of all that were given."""


class StandingDesk:
    """A desk that runs on while tests come and go; `put_back` gives the next one the documents it opened with.

    A stream begins anew with its documents, so nothing of the test before may be on its way any more: `put_back`
    waits for that. What is kept beside the documents is not put back: files in the secrets folder, and the keys that a
    process took up from there.
    """

    def __init__(self, desk: Desk, access: AdminAccess) -> None:
        self.desk = desk
        self._mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(access.mongo_url, tz_aware=True)
        self._opened: Documents = {}

    async def opened(self) -> None:
        """Remember what there is now."""
        await self._settled()
        self._opened = {place: await self._found(place) for place in await self._places()}

    async def put_back(self) -> None:
        desk = self.desk
        desk.outside.away = False
        await self._settled()
        # What is told goes last: a deadline that is noted meanwhile is told in one commit with its dossier.
        for place in sorted(await self._places(), key=lambda each: each.endswith(TOLD)):
            before, now = self._opened.get(place, {}), await self._found(place)
            database, _, name = place.partition(".")
            collection = self._mongo[database][name]
            for key, document in before.items():
                if now.get(key) != document:
                    await collection.replace_one({"_id": document["_id"]}, document, upsert=True)
            if strange := [document["_id"] for key, document in now.items() if key not in before]:
                await collection.delete_many({"_id": {"$in": strange}})
        await self._application.screening.once()  # the watchlists in memory are those of the documents again
        desk.outside.people.clear()
        desk.outside.reads.clear()
        desk.outside.same.clear()

    async def close(self) -> None:
        await self._mongo.close()

    @property
    def _application(self) -> Application:
        assert isinstance(self.desk.service.application, Application)
        return self.desk.service.application

    async def _places(self) -> list[str]:
        """Every collection of this desk's installation."""
        prefix = f"{self.desk.namespace.name}_"
        databases = [name for name in await self._mongo.list_database_names() if name.startswith(prefix)]
        return [
            f"{database}.{name}"
            for database in databases
            for name in await self._mongo[database].list_collection_names()
            if not name.startswith("system.")
        ]

    async def _found(self, place: str) -> dict[str, Any]:
        database, _, name = place.partition(".")
        documents = {repr(document["_id"]): document async for document in self._mongo[database][name].find()}
        return {key: document for key, document in documents.items() if key != _GOES_ON}

    async def _settled(self) -> None:
        """Until what was told is published, the desk has read all that it was told, and nothing is being printed."""

        async def settled() -> bool:
            return not await self._on_its_way()

        await until(settled, self._on_its_way)

    async def _on_its_way(self) -> list[object]:
        desk = self.desk
        found: list[object] = list(self._application.print_badges._tasks)
        positions = await self._found(f"{desk.service.kernel.database.name}.{POSITIONS}")
        for service, access in desk.namespace.services.items():
            for row in (await self._found(f"{access.database}.{OUTBOX}")).values():
                if not row["published"]:
                    found.append((service, row["topic"], row["key"], "not published"))
                for group in desk.service.kernel._groups:
                    if row["topic"] in group.topics:
                        stream = {"group": group.group, "topic": row["topic"], "key": row["key"]}
                        position = positions.get(repr(stream), {"sequence": 0})
                        if position["sequence"] < row["sequence"]:
                            found.append((service, *stream.values(), "not read"))
        return found


@contextlib.asynccontextmanager
async def standing(stack: AdminAccess, folder: Path, conference: Conference) -> AsyncIterator[StandingDesk]:
    """A standing desk with this conference; secrets go into `folder`."""
    async with open_namespace(stack, folder) as namespace, open_desk(namespace, conference) as opened:
        found = StandingDesk(opened, stack)
        await found.opened()
        yield found
        await found.close()
