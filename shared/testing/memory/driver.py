"""The driver of the database in memory, behind `shared.storage.driver`: it fails with the errors of a real client."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from pymongo import IndexModel, ReplaceOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    CollectionInvalid,
    DuplicateKeyError,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
)
from pymongo.results import DeleteResult, InsertManyResult, InsertOneResult, UpdateResult

from shared.storage.driver import Document, Filter, Pipeline
from shared.testing.memory.queries import aggregated, matches, projected, sort_key
from shared.testing.memory.server import (
    DoubleError,
    NoTransactionError,
    Server,
    Stored,
    Table,
    Transaction,
    UniqueIndex,
    WriteConflictError,
)
from shared.testing.memory.updates import Update, check, of_filter, updated
from shared.testing.memory.values import UnsupportedError, rank
from shared.testing.memory.wire import LostError, Wire

T = TypeVar("T")
_INSERTIONS: Final = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]


def _labelled(error: PyMongoError, label: str) -> PyMongoError:
    error._add_error_label(label)
    return error


class MemorySession:
    """A client's session: it has at most one transaction at a time, or reads one moment without writing."""

    def __init__(self, driver: MemoryDriver, *, is_snapshot: bool) -> None:
        self._driver = driver
        self._is_snapshot = is_snapshot
        self.transaction: Transaction | None = driver.server.transaction() if is_snapshot else None
        self.in_transaction = False

    def start(self) -> None:
        if self._is_snapshot or self.in_transaction:
            raise InvalidOperation("a transaction is open")
        self.transaction = self._driver.server.transaction()
        self.in_transaction = True

    async def commit_transaction(self) -> None:
        assert self.transaction is not None, "a transaction was started"
        transaction, self.in_transaction = self.transaction, False
        try:
            await self._driver.wire.request("commit")
            transaction.commit()
            await self._driver.wire.answer("commit")
        except LostError:
            raise _labelled(AutoReconnect("commit"), "UnknownTransactionCommitResult") from None
        except NoTransactionError:
            raise _labelled(OperationFailure("no transaction", 251), "TransientTransactionError") from None

    async def abort_transaction(self) -> None:
        assert self.transaction is not None, "a transaction was started"
        transaction, self.in_transaction = self.transaction, False
        try:
            await self._driver.wire.request("abort")
        except LostError:
            raise AutoReconnect("abort") from None
        transaction.abort()

    async def end_session(self) -> None:
        if self._is_snapshot and self.transaction is not None:
            assert not self.transaction.writes, "a snapshot is read alone"
            self.transaction.abort()


class MemoryCursor:
    """Each chunk is read at the moment it is asked for, from where the last one ended, as over an index."""

    def __init__(self, read: Callable[[Callable[[Transaction], Any]], Any], find: Callable[..., Any]) -> None:
        self._read = read
        self._find = find
        self._after: Any = None
        self._given = 0

    async def to_list(self, length: int) -> list[Document]:
        found, self._after = await self._read(lambda tx: self._find(tx, self._after, self._given, length))
        self._given += len(found)
        return list(found)

    async def close(self) -> None:
        pass


class MemoryCollection:
    def __init__(self, driver: MemoryDriver, database: str, name: str) -> None:
        self._driver = driver
        self._database = database
        self._name = name

    @property
    def _table(self) -> Table:
        return self._driver.server.table(self._database, self._name)

    async def _do(self, operation: str, session: Any, step: Callable[[Transaction], T]) -> T:
        """One operation over the wire; failures as a client tells them."""
        return await self._driver.call(f"{operation} {self._name}", session, step)

    async def find_one(self, filter: Filter, projection: Filter | None, *, sort: Any, session: Any) -> Document | None:
        found = await self.find(filter, projection, sort=sort, limit=1, session=session).to_list(1)
        return found[0] if found else None

    def find(self, filter: Filter, projection: Filter | None = None, **options: Any) -> MemoryCursor:
        sort, session = tuple(options.pop("sort", None) or ()), options.pop("session", None)
        skip, limit = options.pop("skip", 0), options.pop("limit", 0)
        options.pop("batch_size", None)
        if options:
            raise UnsupportedError(f"a find with {sorted(options)}")

        def chunk(tx: Transaction, after: Any, given: int, length: int) -> tuple[list[Document], Any]:
            table = self._table
            size = min(length, limit - given) if limit else length
            found = [(sort_key(s.document, sort), table.place(k), s) for k, s in _matching(tx, table, filter)]
            if after is not None:
                found = [each for each in found if each[:2] > after]
            found.sort(key=lambda each: each[:2])
            found = found[skip if after is None else 0 :][: max(0, size)]
            documents = [projected(stored.given(), projection) for _, _, stored in found]
            return documents, found[-1][:2] if found else after

        return MemoryCursor(lambda step: self._do("find", session, step), chunk)

    async def count_documents(self, filter: Filter, *, session: Any) -> int:
        return await self._do("count", session, lambda tx: sum(1 for _ in _matching(tx, self._table, filter)))

    async def insert_one(self, document: Document, *, session: Any) -> InsertOneResult:
        stored = Stored.of(document)
        await self._do("insert", session, lambda tx: tx.insert(self._table, stored))
        return InsertOneResult(document["_id"], True)

    async def insert_many(
        self, documents: Iterable[Document], ordered: bool = True, *, session: Any
    ) -> InsertManyResult:
        """Each for itself outside a transaction: the first double ends an ordered insertion, others go on."""
        all_stored = [Stored.of(each) for each in documents]
        failures: list[Document] = []

        def insert(tx: Transaction) -> None:
            for stored in all_stored:
                tx.insert(self._table, stored)

        async def insert_each() -> None:
            for number, stored in enumerate(all_stored):
                try:
                    await self._driver.server.alone(functools.partial(_insert, table=self._table, stored=stored))
                except DoubleError as double:
                    failures.append({"index": number, "code": 11000, "keyPattern": double.fields})
                    if ordered:
                        return

        if session is not None:
            await self._do("insert", session, insert)
        else:
            await self._driver.over_the_wire(f"insert {self._name}", insert_each)
        if failures:
            raise BulkWriteError({"writeErrors": failures, "writeConcernErrors": []})
        return InsertManyResult([each.document["_id"] for each in all_stored], True)

    async def replace_one(self, filter: Filter, replacement: Document, *, upsert: bool, session: Any) -> UpdateResult:
        return await self._change(filter, _replaces(replacement), upsert=upsert, session=session)

    async def update_one(self, filter: Filter, update: Filter, *, upsert: bool, session: Any) -> UpdateResult:
        change = _modifies(update)
        return await self._change(filter, change, upsert=upsert, session=session)

    async def _change(
        self, filter: Filter, change: Callable[[Document, bool], Document], *, upsert: bool, session: Any
    ) -> UpdateResult:
        def step(tx: Transaction) -> UpdateResult:
            before, after = _changed(tx, self._table, filter, change, upsert=upsert)
            is_inserted = before is None and after is not None
            upserted = {"upserted": after.document["_id"]} if is_inserted and after else {}
            return UpdateResult({"n": int(after is not None), **upserted}, True)

        return await self._do("update", session, step)

    async def update_many(self, filter: Filter, update: Filter, *, session: Any) -> UpdateResult:
        change = _modifies(update)

        def step(tx: Transaction) -> UpdateResult:
            found = list(_matching(tx, self._table, filter))
            for key, stored in found:
                _put(tx, self._table, key, stored, Stored.of(change(stored.document, False)))
            return UpdateResult({"n": len(found)}, True)

        return await self._do("update", session, step)

    async def find_one_and_update(
        self, filter: Filter, update: Update, *, upsert: bool, return_document: bool, session: Any
    ) -> Document | None:
        if not return_document:
            raise UnsupportedError("the document as it was before")
        change = _modifies(update)

        def step(tx: Transaction) -> Document | None:
            _, after = _changed(tx, self._table, filter, change, upsert=upsert)
            return after.given() if after else None

        return await self._do("update", session, step)

    async def delete_one(self, filter: Filter, *, session: Any) -> DeleteResult:
        return await self._delete(filter, session, at_most=1)

    async def delete_many(self, filter: Filter, *, session: Any) -> DeleteResult:
        return await self._delete(filter, session, at_most=None)

    async def _delete(self, filter: Filter, session: Any, *, at_most: int | None) -> DeleteResult:
        def step(tx: Transaction) -> DeleteResult:
            found = list(_matching(tx, self._table, filter))[:at_most]
            for key, _ in found:
                tx.put(self._table, key, None)
            return DeleteResult({"n": len(found)}, True)

        return await self._do("delete", session, step)

    async def bulk_write(self, requests: Any, ordered: bool = True, *, session: Any) -> object:
        def step(tx: Transaction) -> None:
            for request in requests:
                if not isinstance(request, ReplaceOne):
                    raise UnsupportedError(f"a bulk of {type(request).__name__}")
                _changed(tx, self._table, request._filter, _replaces(request._doc), upsert=bool(request._upsert))

        if ordered:
            raise UnsupportedError("a bulk in order")
        return await self._do("bulk", session, step)

    async def rename(self, new_name: str, *, dropTarget: bool) -> object:
        def step(_tx: Transaction) -> None:
            tables = self._driver.server.tables[self._database]
            if new_name in tables and not dropTarget:
                raise OperationFailure("target exists", 48)
            tables[new_name] = tables.pop(self._name)

        return await self._do("rename", None, step)

    async def drop(self) -> None:
        tables = self._driver.server.tables[self._database]
        await self._do("drop", None, lambda _tx: tables.pop(self._name, None))

    async def create_indexes(self, indexes: Sequence[IndexModel]) -> list[str]:
        def step(tx: Transaction) -> list[str]:
            for model in indexes:
                wanted = model.document
                name = str(wanted["name"])
                if not wanted.get("unique") or name in self._table.uniques:
                    continue
                index = UniqueIndex(dict(wanted["key"]), wanted.get("partialFilterExpression"))
                for key, stored in tx.visible(self._table):
                    self._table.index(index, stored, key)
                if any(len(keys) > 1 for keys in index.had.values()):
                    raise OperationFailure("a double is there already", 11000)
                self._table.uniques[name] = index
            return [str(model.document["name"]) for model in indexes]

        return await self._do("index", None, step)


def _matching(tx: Transaction, table: Table, filter: Filter) -> Iterable[tuple[Any, Stored]]:
    """What matches of what the transaction sees; an id leads to its document at once."""
    identity = filter.get("_id")
    if identity is not None and not (isinstance(identity, Mapping) and any(name[:1] == "$" for name in identity)):
        key = rank(identity)
        stored = tx.get(table, key)
        return [(key, stored)] if stored is not None and matches(stored.document, filter) else []
    return ((key, stored) for key, stored in tx.visible(table) if matches(stored.document, filter))


def _changed(
    tx: Transaction, table: Table, filter: Filter, change: Callable[[Document, bool], Document], *, upsert: bool
) -> tuple[Stored | None, Stored | None]:
    """The first match before and after its change; (None, the new one) for an upsert that inserts."""
    for key, before in _matching(tx, table, filter):
        after = Stored.of(change(before.document, False))
        _put(tx, table, key, before, after)
        return before, after
    if not upsert:
        return None, None
    document = change(of_filter(filter), True)
    if "_id" not in document:
        raise UnsupportedError("an upsert that leaves the id to the server")
    after = Stored.of(document)
    tx.insert(table, after)
    return None, after


def _put(tx: Transaction, table: Table, key: Any, before: Stored, after: Stored) -> None:
    if after.raw != before.raw:  # a change that changes nothing writes nothing
        tx.put(table, key, after)


def _insert(tx: Transaction, *, table: Table, stored: Stored) -> None:
    tx.insert(table, stored)


def _replaces(replacement: Filter) -> Callable[[Document, bool], Document]:
    return lambda before, _is_new: {"_id": before["_id"], **replacement} if "_id" in before else dict(replacement)


def _modifies(update: Update) -> Callable[[Document, bool], Document]:
    check(update)
    return lambda before, is_new: updated(before, update, is_new=is_new)


class MemoryDatabase:
    def __init__(self, driver: MemoryDriver, name: str) -> None:
        self._driver = driver
        self._name = name

    async def list_collection_names(self) -> list[str]:
        return await self._driver.call("list", None, lambda _tx: list(self._driver.server.tables[self._name]))

    async def create_collection(self, name: str) -> object:
        def step(_tx: Transaction) -> None:
            if name in self._driver.server.tables[self._name]:
                raise CollectionInvalid(name)
            self._driver.server.table(self._name, name)

        return await self._driver.call("create", None, step)

    async def command(self, command: str) -> Any:
        if command != "ping":
            raise UnsupportedError(f"the command {command}")
        return await self._driver.call("ping", None, lambda _tx: {"ok": 1.0})


class MemoryChanges:
    def __init__(self, driver: MemoryDriver, insertions: asyncio.Queue[Document], wait_s_max: float) -> None:
        self._driver = driver
        self._insertions = insertions
        self._wait_s_max = wait_s_max

    async def try_next(self) -> Any:
        try:
            await self._driver.wire.request("watch")
        except LostError:
            raise AutoReconnect("watch") from None
        try:
            return await asyncio.wait_for(self._insertions.get(), self._wait_s_max)
        except TimeoutError:
            return None


class MemoryDriver:
    """A client of a server in memory, over a wire of its own."""

    def __init__(self, server: Server, wire: Wire | None = None) -> None:
        self.server = server
        self.wire = wire or Wire()
        self._is_closed = False

    async def call(self, operation: str, session: Any, step: Callable[[Transaction], T]) -> T:
        """One step on the server, inside the session's transaction if it has one. Raises as a client does."""
        if session is None or session.transaction is None:
            return await self.over_the_wire(operation, lambda: self.server.alone(step))

        async def inside() -> T:
            return step(session.transaction)

        try:
            return await self.over_the_wire(operation, inside)
        except AutoReconnect as error:
            raise _labelled(error, "TransientTransactionError") from None
        except (WriteConflictError, NoTransactionError):
            session.transaction.abort()
            raise _labelled(OperationFailure("write conflict", 112), "TransientTransactionError") from None
        except DuplicateKeyError:
            session.transaction.abort()
            raise

    async def over_the_wire(self, operation: str, step: Callable[[], Awaitable[T]]) -> T:
        if self._is_closed:
            raise InvalidOperation("the client is closed")
        try:
            await self.wire.request(operation)
            result = await step()
            await self.wire.answer(operation)
        except LostError:
            raise AutoReconnect(operation) from None
        except DoubleError as double:
            raise DuplicateKeyError("double", 11000, {"keyPattern": double.fields}) from None
        else:
            return result

    def database(self, name: str) -> MemoryDatabase:
        return MemoryDatabase(self, name)

    def collection(self, database: str, name: str) -> MemoryCollection:
        return MemoryCollection(self, database, name)

    def raw_collection(self, database: str, name: str) -> Any:
        raise UnsupportedError(f"{database}.{name} as bytes")

    async def aggregate(self, collection: MemoryCollection, pipeline: Pipeline, session: Any) -> MemoryCursor:
        def all_of_it(tx: Transaction, after: Any, given: int, length: int) -> tuple[list[Document], Any]:
            del after
            found = aggregated((stored.given() for _, stored in tx.visible(collection._table)), pipeline)
            return found[given : given + length], None

        return MemoryCursor(lambda step: collection._do("aggregate", session, step), all_of_it)

    @asynccontextmanager
    async def watch(
        self, collection: MemoryCollection, pipeline: Pipeline, *, wait_ms_max: int
    ) -> AsyncIterator[MemoryChanges]:
        if list(pipeline) != _INSERTIONS:
            raise UnsupportedError("a change stream of anything but insertions")
        insertions: asyncio.Queue[Document] = asyncio.Queue()
        watchers = await self.call("watch", None, lambda _tx: collection._table.watchers)
        watchers.append(insertions)
        try:
            yield MemoryChanges(self, insertions, wait_ms_max / 1000)
        finally:
            watchers.remove(insertions)

    async def session(self) -> MemorySession:
        if self._is_closed:
            raise InvalidOperation("the client is closed")
        return MemorySession(self, is_snapshot=False)

    async def snapshot_session(self) -> MemorySession:
        return MemorySession(self, is_snapshot=True)

    async def start_transaction(self, session: MemorySession) -> None:
        session.start()

    def in_transaction(self, session: MemorySession) -> bool:
        return session.in_transaction

    async def close(self) -> None:
        self._is_closed = True
