"""Databases, collections and transactions as the services see them: documents are dicts, times are aware UTC."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel, ReplaceOne, ReturnDocument
from pymongo.errors import BulkWriteError, CollectionInvalid, OperationFailure, PyMongoError

from shared import clock
from shared.errors import InfrastructureError
from shared.storage.driver import Document, Driver, DriverName, Pipeline, Session, open_driver
from shared.storage.errors import (
    CommitUnknownError,
    DuplicateKeyError,
    StorageTransientError,
    meaning_of,
    translated,
)

Sort = Sequence[tuple[str, int]]
# Draws the pause before a lost race is run again, between two bounds in seconds.
Jitter = Callable[[float, float], float]
T = TypeVar("T")

TRANSACTION_SECONDS_MAX: Final = 20.0
RAW_BATCH: Final = 500
_NAMESPACE_EXISTS: Final = 48


@dataclass(frozen=True)
class Index:
    """An index to have.

    `partial` is a partial filter, `expire_after_s` removes documents that long after their time.
    """

    collection: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_s: int | None = None

    def model(self) -> IndexModel:
        options: Document = {"unique": self.unique, "name": "_".join(f"{name}_{way}" for name, way in self.keys)}
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.expire_after_s is not None:
            options["expireAfterSeconds"] = self.expire_after_s
        return IndexModel(list(self.keys), **options)


class Collection:
    """A collection, alone or bound to a transaction. Every failure is an error of this project (`errors.py`)."""

    def __init__(self, driver: Driver, database: str, name: str, session: Session | None = None) -> None:
        self._driver = driver
        self._place = (database, name)
        self._raw = driver.collection(database, name)
        self._session = session

    async def find_one(
        self, filter: Mapping[str, Any], *, projection: Mapping[str, Any] | None = None, sort: Sort | None = None
    ) -> Document | None:
        with translated():
            return await self._raw.find_one(filter, projection, sort=sort, session=self._session)

    async def find(
        self,
        filter: Mapping[str, Any],
        *,
        limit: int,
        projection: Mapping[str, Any] | None = None,
        sort: Sort | None = None,
        skip: int = 0,
    ) -> list[Document]:
        """At most `limit` documents, which is 1 or more: to the server, 0 would be no limit at all."""
        if limit < 1:
            raise ValueError(f"limit {limit}")
        with translated():
            cursor = self._raw.find(filter, projection, sort=sort, skip=skip, limit=limit, session=self._session)
            return await cursor.to_list(limit)

    async def stream(
        self, filter: Mapping[str, Any], *, sort: Sort, chunk: int, projection: Mapping[str, Any] | None = None
    ) -> AsyncIterator[list[Document]]:
        """All that match, a chunk at a time, in the order of `sort`; memory is bounded by the chunk."""
        with translated():
            cursor = self._raw.find(filter, projection, sort=sort, batch_size=chunk, session=self._session)
            try:
                while documents := await cursor.to_list(chunk):
                    yield documents
            finally:
                await cursor.close()

    async def stream_raw(self) -> AsyncIterator[bytes]:
        """Every document as the database keeps it (BSON), in no order.

        Memory is bounded by what one answer holds: 500 documents, or 16 MB of larger ones.
        """
        with translated():
            cursor = self._driver.raw_collection(*self._place).find({}, session=self._session, batch_size=RAW_BATCH)
            async for document in cursor:
                yield document.raw

    async def insert_raw(self, documents: Sequence[bytes]) -> None:
        """Insert documents as `stream_raw` gave them."""
        with translated():
            raw = self._driver.raw_collection(*self._place)
            await raw.insert_many([RawBSONDocument(each) for each in documents], session=self._session)

    async def count(self, filter: Mapping[str, Any]) -> int:
        with translated():
            return await self._raw.count_documents(filter, session=self._session)

    async def insert_one(self, document: Document) -> None:
        with translated():
            await self._raw.insert_one(document, session=self._session)

    async def insert_many(self, documents: Iterable[Document]) -> None:
        with translated():
            await self._raw.insert_many(list(documents), session=self._session)

    async def insert_many_unordered(self, documents: Sequence[Document]) -> list[DuplicateKeyError | None]:
        """Insert each on its own merit in one commit: None for each that is durable, the error for each double.

        Any other failure raises, and then nothing is known of any of them.
        """
        try:
            await self._raw.insert_many(documents, ordered=False, session=self._session)
        except BulkWriteError as error:
            refused: dict[int, DuplicateKeyError] = {}
            for item in error.details.get("writeErrors", []):
                if item.get("code") != 11000:
                    raise
                refused[item["index"]] = DuplicateKeyError(tuple(item.get("keyPattern", {})))
            if error.details.get("writeConcernErrors"):
                raise InfrastructureError("write concern") from error
            return [refused.get(index) for index in range(len(documents))]
        except PyMongoError as error:
            raise meaning_of(error) or error from error
        return [None] * len(documents)

    async def put_many(self, documents: Sequence[Document]) -> None:
        """Put each under its id, new or in place of what is there; all in one request, in no order."""
        requests = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
        with translated():
            await self._raw.bulk_write(requests, ordered=False, session=self._session)

    async def replace_one(self, filter: Mapping[str, Any], document: Document, *, upsert: bool = False) -> int:
        """Replace; answers how many matched (1 for an upsert that inserted)."""
        with translated():
            result = await self._raw.replace_one(filter, document, upsert=upsert, session=self._session)
        return result.matched_count or int(result.upserted_id is not None)

    async def update_one(self, filter: Mapping[str, Any], update: Mapping[str, Any], *, upsert: bool = False) -> int:
        """Update; answers how many matched (1 for an upsert that inserted)."""
        with translated():
            result = await self._raw.update_one(filter, update, upsert=upsert, session=self._session)
        return result.matched_count or int(result.upserted_id is not None)

    async def update_many(self, filter: Mapping[str, Any], update: Mapping[str, Any]) -> int:
        with translated():
            return (await self._raw.update_many(filter, update, session=self._session)).matched_count

    async def find_one_and_update(
        self, filter: Mapping[str, Any], update: Mapping[str, Any] | Pipeline, *, upsert: bool = False
    ) -> Document | None:
        """Update, or compute anew from what is there by a pipeline, and answer the document as it is afterwards."""
        with translated():
            return await self._raw.find_one_and_update(
                filter, update, upsert=upsert, return_document=ReturnDocument.AFTER, session=self._session
            )

    async def delete_one(self, filter: Mapping[str, Any]) -> int:
        with translated():
            return (await self._raw.delete_one(filter, session=self._session)).deleted_count

    async def delete_many(self, filter: Mapping[str, Any]) -> int:
        with translated():
            return (await self._raw.delete_many(filter, session=self._session)).deleted_count

    async def aggregate(self, pipeline: Sequence[Mapping[str, Any]], *, limit: int) -> list[Document]:
        with translated():
            cursor = await self._driver.aggregate(self._raw, [*pipeline, {"$limit": limit}], self._session)
            return await cursor.to_list(limit)

    @asynccontextmanager
    async def insertions(self) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
        """Watch for insertions: the given function waits up to a second and answers whether there were any."""
        with translated():
            async with self._driver.watch(
                self._raw, [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}], wait_ms_max=1_000
            ) as changes:

                async def wait() -> bool:
                    with translated():
                        return await changes.try_next() is not None

                yield wait


class StoreTransaction:
    """What the work inside a transaction reads and writes through."""

    def __init__(self, driver: Driver, database: str, session: Session) -> None:
        self._driver = driver
        self._database = database
        self._session = session

    def collection(self, name: str, *, database: str | None = None) -> Collection:
        """A collection bound to this transaction; `database` names another database of the same service."""
        return Collection(self._driver, database or self._database, name, self._session)


class Database:
    """One service's database."""

    def __init__(self, driver: Driver, name: str, *, jitter: Jitter = random.uniform) -> None:
        self._driver = driver
        self._jitter = jitter
        self.name = name

    def collection(self, name: str) -> Collection:
        return Collection(self._driver, self.name, name)

    async def collection_names(self) -> list[str]:
        with translated():
            return list(await self._driver.database(self.name).list_collection_names())

    async def ensure_indexes(self, indexes: Sequence[Index]) -> None:
        """Make the collections and indexes that are missing; a transaction can then write to every one of them."""
        existing = set(await self.collection_names())
        names = dict.fromkeys(index.collection for index in indexes)
        made = [self._ensure(name, [each for each in indexes if each.collection == name], existing) for name in names]
        failures = [each for each in await asyncio.gather(*made, return_exceptions=True) if each is not None]
        if failures:
            raise failures[0]

    async def _ensure(self, name: str, indexes: Sequence[Index], existing: set[str]) -> None:
        with translated():
            if name not in existing:
                await self._create(name)
            wanted = [index.model() for index in indexes if index.keys]
            if wanted:
                await self._driver.collection(self.name, name).create_indexes(wanted)

    async def _create(self, name: str) -> None:
        """Unless another process of this service is faster: before the driver looks, or after."""
        try:
            await self._driver.database(self.name).create_collection(name)
        except CollectionInvalid:
            pass
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:
                raise

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[StoreTransaction]:
        """Reads of one moment, over all collections, for five minutes at most; nobody is held back."""
        with translated():
            session = await self._driver.snapshot_session()
        try:
            yield StoreTransaction(self._driver, self.name, session)
        finally:
            await session.end_session()

    async def swap_in(self, built: str, live: str) -> None:
        """Give a collection the name of another, which is dropped: at no moment is there none of that name."""
        with translated():
            await self._driver.collection(self.name, built).rename(live, dropTarget=True)

    async def drop(self, name: str) -> None:
        """Remove a collection; one that is not there is no matter."""
        with translated():
            await self._driver.collection(self.name, name).drop()

    async def ping(self) -> None:
        """Raises InfrastructureError unless a primary answers."""
        with translated():
            await self._driver.database(self.name).command("ping")

    async def transact(self, work: Callable[[StoreTransaction], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit it by the majority.

        `work` runs again when the transaction lost a race, so it keeps nothing outside. Raises StorageTransientError
        after 20 s of trying; an error of `work` itself aborts and passes through.
        """
        deadline = clock.monotonic_s() + TRANSACTION_SECONDS_MAX
        with translated():
            session = await self._driver.session()
        try:
            for attempt in range(1_000_000):
                try:
                    return await self._attempt(session, work, deadline)
                except StorageTransientError:
                    if clock.monotonic_s() > deadline:
                        raise
                await asyncio.sleep(self._jitter(0, 0.001 * 2 ** min(attempt, 7)))
        finally:
            await session.end_session()
        raise AssertionError("unreachable")

    async def _attempt(self, session: Session, work: Callable[[StoreTransaction], Awaitable[T]], deadline: float) -> T:
        await self._driver.start_transaction(session)
        try:
            result = await work(StoreTransaction(self._driver, self.name, session))
        except BaseException:
            if self._driver.in_transaction(session):
                await self._abort(session)
            raise
        await self._commit(session, deadline)
        return result

    @staticmethod
    async def _abort(session: Session) -> None:
        try:
            await session.abort_transaction()
        except PyMongoError:
            pass  # the server ends an abandoned transaction by itself; the first error is the one to tell

    @staticmethod
    async def _commit(session: Session, deadline: float) -> None:
        while True:
            try:
                with translated():
                    await session.commit_transaction()
            except CommitUnknownError:
                if clock.monotonic_s() > deadline:
                    raise
                await asyncio.sleep(0.05)
            else:
                return


class Store:
    """One service's connection; `database` opens a database on it. Close it when the service stops, or enter it."""

    def __init__(self, url: str, *, pool_size_max: int = 50, driver: DriverName = "motor") -> None:
        self._driver = open_driver(driver, url, pool_size_max=pool_size_max)
        self._jitter: Jitter = random.uniform

    @classmethod
    def over(cls, driver: Driver, *, jitter: Jitter = random.uniform) -> Store:
        """A connection by a driver that is open already: how a test or a simulation brings its own."""
        store = cls.__new__(cls)
        store._driver, store._jitter = driver, jitter
        return store

    def database(self, name: str) -> Database:
        return Database(self._driver, name, jitter=self._jitter)

    async def close(self) -> None:
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
