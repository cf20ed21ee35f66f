"""The database's server in memory: versions of documents, transactions that read one moment, unique indexes.

Whoever writes a document first wins: a later writer, or one that began before the other's commit, loses its
transaction at once, as MongoDB's snapshot isolation has it. A write outside any transaction waits instead. Every call
is one step: nothing else runs in the middle of it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import bson
from bson.codec_options import CodecOptions

from shared.testing.memory.queries import matches
from shared.testing.memory.values import Rank, at_path, rank

Document = dict[str, Any]
Key = Rank
T = TypeVar("T")
TRANSACTION_S_MAX: Final = 60.0
_CODEC: Final[CodecOptions[Document]] = CodecOptions(tz_aware=True)


class Stored(NamedTuple):
    """A document as it went over the wire, and as it is compared."""

    raw: bytes
    document: Document

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Stored:
        """The id comes first, as the server keeps it."""
        raw = bson.encode({"_id": document["_id"], **document})
        return cls(raw, bson.decode(raw, _CODEC))

    def given(self) -> Document:
        """A copy, for a client to change."""
        return bson.decode(self.raw, _CODEC)


class DoubleError(Exception):
    """A unique index has the value already."""

    def __init__(self, fields: Mapping[str, int]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)


class WriteConflictError(Exception):
    """Another transaction has written it: `holder`, when that is still open."""

    def __init__(self, holder: Transaction | None) -> None:
        super().__init__("write conflict")
        self.holder = holder


class NoTransactionError(Exception):
    """The transaction has ended, by the server's own decision perhaps."""


@dataclass
class UniqueIndex:
    fields: dict[str, int]
    partial: Mapping[str, Any] | None
    # Every document that ever had the value: few, and looked at again.
    had: dict[Rank, dict[Key, None]] = field(default_factory=lambda: defaultdict(dict))

    def value(self, stored: Stored) -> Rank | None:
        """What must be unique of the document, None when the index passes over it."""
        if self.partial is not None and not matches(stored.document, self.partial):
            return None
        return tuple(rank(at_path(stored.document, name)) for name in self.fields)


class Version(NamedTuple):
    at: int
    stored: Stored | None


class Table:
    """One collection. `versions` are committed, the latest last; `writers` are open transactions."""

    def __init__(self) -> None:
        self.versions: dict[Key, list[Version]] = {}
        self.places: dict[Key, int] = {}
        self.writers: dict[Key, Transaction] = {}
        self.uniques: dict[str, UniqueIndex] = {}
        self.watchers: list[asyncio.Queue[Document]] = []
        self._next_place = 0

    def latest(self, key: Key) -> Version:
        versions = self.versions.get(key)
        return versions[-1] if versions else Version(0, None)

    def as_of(self, key: Key, moment: int) -> Stored | None:
        return next((each.stored for each in reversed(self.versions.get(key, ())) if each.at <= moment), None)

    def place(self, key: Key) -> int:
        """The document's place in the natural order."""
        if key not in self.places:
            self._next_place += 1
            self.places[key] = self._next_place
        return self.places[key]

    def keep(self, key: Key, version: Version, *, oldest: int) -> None:
        """Add a version, and forget those that nobody can read any more."""
        was = self.latest(key).stored
        versions = [*self.versions.get(key, ()), version]
        first = max((number for number, each in enumerate(versions) if each.at <= oldest), default=0)
        self.versions[key] = versions[first:]
        if version.stored is not None and was is None:
            for watcher in self.watchers:
                watcher.put_nowait(version.stored.given())
        if self.versions[key] == [version] and version.stored is None:
            del self.versions[key]
            self.places.pop(key, None)

    def index(self, index: UniqueIndex, stored: Stored, key: Key) -> None:
        if (value := index.value(stored)) is not None:
            index.had[value][key] = None


class Transaction:
    """Reads one moment, and its own writes. `moment` is that of its first step."""

    def __init__(self, server: Server, *, ends_at: float) -> None:
        self._server = server
        self.moment: int | None = None
        self.ends_at = ends_at
        self.writes: dict[tuple[Table, Key], Stored | None] = {}
        self.state = "open"
        self.ended = asyncio.Event()

    def begin(self) -> int:
        if self.state != "open":
            raise NoTransactionError
        if self.moment is None:
            self.moment = self._server.moment
            self._server.open[self] = self.moment
        return self.moment

    def get(self, table: Table, key: Key) -> Stored | None:
        moment = self.begin()
        if (table, key) in self.writes:
            return self.writes[table, key]
        return table.as_of(key, moment)

    def visible(self, table: Table) -> Iterator[tuple[Key, Stored]]:
        """What this transaction sees of a collection, in its natural order."""
        moment = self.begin()
        own = {key for of, key in self.writes if of is table}
        for key in sorted({*table.versions, *own}, key=table.place) if own else list(table.versions):
            stored = self.writes[table, key] if key in own else table.as_of(key, moment)
            if stored is not None:
                yield key, stored

    def put(self, table: Table, key: Key, stored: Stored | None) -> None:
        """Write a document, or remove it. Raises DoubleError and WriteConflictError; then the caller aborts."""
        moment = self.begin()
        self._claim(table, key, moment)
        if stored is not None:
            for index in table.uniques.values():
                self._check(table, index, key, stored, moment)
        table.writers[key] = self
        table.place(key)
        self.writes[table, key] = stored

    def insert(self, table: Table, stored: Stored) -> None:
        key = rank(stored.document["_id"])
        if self.get(table, key) is not None:
            raise DoubleError({"_id": 1})
        self.put(table, key, stored)

    def _claim(self, table: Table, key: Key, moment: int) -> None:
        holder = self._server.holder(table, key)
        if holder is not None and holder is not self:
            raise WriteConflictError(holder)
        if table.latest(key).at > moment:
            raise WriteConflictError(None)

    def _check(self, table: Table, index: UniqueIndex, key: Key, stored: Stored, moment: int) -> None:
        value = index.value(stored)
        if value is None:
            return
        for other in list(index.had[value]):
            if other == key:
                continue
            mine = self.get(table, other)
            if mine is not None and index.value(mine) == value:
                raise DoubleError(index.fields)
            if (table, other) not in self.writes:
                self._claim(table, other, moment)
        index.had[value][key] = None

    def commit(self) -> None:
        """Make it seen by everybody. Again is no matter. Raises NoTransactionError when it was given up."""
        if self.state == "committed":
            return
        if self.state != "open":
            raise NoTransactionError
        self._server.commit(self)
        self._end("committed")

    def abort(self) -> None:
        if self.state == "open":
            self._end("aborted")

    def _end(self, state: str) -> None:
        self.state = state
        for table, key in self.writes:
            if table.writers.get(key) is self:
                del table.writers[key]
            if state == "aborted" and key not in table.versions:
                table.places.pop(key, None)
        self._server.open.pop(self, None)
        self.ended.set()


class Server:
    """Databases by name, each with collections by name. `moment` counts the commits."""

    def __init__(self, *, transaction_s_max: float = TRANSACTION_S_MAX) -> None:
        self.tables: dict[str, dict[str, Table]] = defaultdict(dict)
        self.moment = 0
        self.open: dict[Transaction, int] = {}
        self._transaction_s_max = transaction_s_max

    def table(self, database: str, name: str) -> Table:
        return self.tables[database].setdefault(name, Table())

    def transaction(self) -> Transaction:
        now = asyncio.get_running_loop().time()
        return Transaction(self, ends_at=now + self._transaction_s_max)

    def holder(self, table: Table, key: Key) -> Transaction | None:
        """The open transaction that has written the document; one that is open too long is given up here."""
        holder = table.writers.get(key)
        if holder is not None and asyncio.get_running_loop().time() > holder.ends_at:
            holder.abort()
            return None
        return holder

    def commit(self, transaction: Transaction) -> None:
        if not transaction.writes:
            return
        self.moment += 1
        oldest = min((moment for each, moment in self.open.items() if each is not transaction), default=self.moment)
        for (table, key), stored in transaction.writes.items():
            table.keep(key, Version(self.moment, stored), oldest=oldest)

    async def alone(self, step: Callable[[Transaction], T]) -> T:
        """One step outside any transaction: it waits for whoever has written what it would write."""
        while True:
            transaction = self.transaction()
            try:
                result = step(transaction)
                transaction.commit()
            except WriteConflictError as conflict:
                transaction.abort()
                if conflict.holder is None:  # one step sees the latest: somebody is in its way, or nobody
                    raise
                await self._end_of(conflict.holder)
            except BaseException:
                transaction.abort()
                raise
            else:
                return result

    @staticmethod
    async def _end_of(holder: Transaction) -> None:
        left = holder.ends_at - asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(holder.ended.wait(), max(0.001, left + 0.001))
        except TimeoutError:
            holder.abort()
