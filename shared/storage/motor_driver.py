"""Motor: PyMongo's blocking client on a pool of threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from motor.motor_asyncio import (
    AsyncIOMotorChangeStream,
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorCommandCursor,
    AsyncIOMotorDatabase,
)

from shared.storage import options

_Document = dict[str, Any]
_Pipeline = Sequence[Mapping[str, Any]]


class MotorDriver:
    def __init__(self, url: str, pool_size_max: int) -> None:
        self._client: AsyncIOMotorClient[_Document] = AsyncIOMotorClient(
            url, maxPoolSize=pool_size_max, **options.CLIENT
        )

    def database(self, name: str) -> AsyncIOMotorDatabase[_Document]:
        return self._client.get_database(name)

    def collection(self, database: str, name: str) -> AsyncIOMotorCollection[_Document]:
        return self._client.get_database(database).get_collection(name, **options.COLLECTION)

    def raw_collection(self, database: str, name: str) -> AsyncIOMotorCollection[Any]:
        return self._client.get_database(database).get_collection(name, **options.RAW_COLLECTION)

    async def aggregate(
        self,
        collection: AsyncIOMotorCollection[_Document],
        pipeline: _Pipeline,
        session: AsyncIOMotorClientSession | None,
    ) -> AsyncIOMotorCommandCursor[_Document]:
        return collection.aggregate(pipeline, session=session)

    @asynccontextmanager
    async def watch(
        self, collection: AsyncIOMotorCollection[_Document], pipeline: _Pipeline, *, wait_ms_max: int
    ) -> AsyncIterator[AsyncIOMotorChangeStream[_Document]]:
        async with collection.watch(pipeline, max_await_time_ms=wait_ms_max) as changes:
            yield changes

    async def session(self) -> AsyncIOMotorClientSession:
        return await self._client.start_session()

    async def snapshot_session(self) -> AsyncIOMotorClientSession:
        return await self._client.start_session(snapshot=True)

    async def start_transaction(self, session: AsyncIOMotorClientSession) -> None:
        session.start_transaction(**options.TRANSACTION)

    def in_transaction(self, session: AsyncIOMotorClientSession) -> bool:
        return bool(session.in_transaction)

    async def close(self) -> None:
        self._client.close()
