"""PyMongo's own async client: the sockets are on the event loop, no threads between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.database import AsyncDatabase

from shared.storage import options

_Document = dict[str, Any]
_Pipeline = Sequence[Mapping[str, Any]]


class PyMongoDriver:
    def __init__(self, url: str, pool_size_max: int) -> None:
        self._client: AsyncMongoClient[_Document] = AsyncMongoClient(url, maxPoolSize=pool_size_max, **options.CLIENT)

    def database(self, name: str) -> AsyncDatabase[_Document]:
        return self._client.get_database(name)

    def collection(self, database: str, name: str) -> AsyncCollection[_Document]:
        return self._client.get_database(database).get_collection(name, **options.COLLECTION)

    def raw_collection(self, database: str, name: str) -> AsyncCollection[Any]:
        return self._client.get_database(database).get_collection(name, **options.RAW_COLLECTION)

    async def aggregate(
        self, collection: AsyncCollection[_Document], pipeline: _Pipeline, session: AsyncClientSession | None
    ) -> AsyncCommandCursor[_Document]:
        return await collection.aggregate(pipeline, session=session)

    @asynccontextmanager
    async def watch(
        self, collection: AsyncCollection[_Document], pipeline: _Pipeline, *, wait_ms_max: int
    ) -> AsyncIterator[AsyncChangeStream[_Document]]:
        async with await collection.watch(pipeline, max_await_time_ms=wait_ms_max) as changes:
            yield changes

    async def session(self) -> AsyncClientSession:
        return self._client.start_session()

    async def snapshot_session(self) -> AsyncClientSession:
        return self._client.start_session(snapshot=True)

    async def start_transaction(self, session: AsyncClientSession) -> None:
        await session.start_transaction(**options.TRANSACTION)

    def in_transaction(self, session: AsyncClientSession) -> bool:
        return session.in_transaction

    async def close(self) -> None:
        await self._client.close()
