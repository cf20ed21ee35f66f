"""A transaction that is none: a read model's reactions run on it to build the model again, with side effects off.

The model's own documents are kept in memory and written in bulk to collections beside the live ones. Whatever else a
reaction reads it reads as it is now; whatever else it writes or tells is dropped.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from shared.errors import BawabaError
from shared.messaging.cause import Cause
from shared.messaging.subscription import Received
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Document

SHADOW_SUFFIX: Final = "__rebuild"
CACHED_MAX: Final = 20_000
Place = tuple[str, str]
_UNKNOWN: Final[Document] = {}


class RebuildUnsupportedError(BawabaError):
    """A reaction asks its own model for what a rebuild cannot answer: only documents by their id."""


class NeedDocumentError(BawabaError):
    """The reaction needs a document that is not in memory yet: fetch it and run the reaction again."""

    def __init__(self, place: Place, identity: Any) -> None:
        super().__init__(place[0])
        self.place = place
        self.identity = identity


class ShadowDocuments:
    """The documents of the model that is being built: those in memory, and which of them are to be written."""

    def __init__(self, database: Database, collections: Sequence[str]) -> None:
        self.collections: Mapping[str, Collection] = {name: _ModelCollection(name, self) for name in collections}
        self._stored = {name: database.collection(name + SHADOW_SUFFIX) for name in collections}
        self._known: OrderedDict[Place, Document | None] = OrderedDict()
        self._dirty: dict[Place, Any] = {}
        self._undo: list[tuple[Place, Document | None, bool]] = []
        self._writing: asyncio.Task[None] | None = None

    def get(self, name: str, identity: Any) -> Document | None:
        """Raises NeedDocumentError."""
        place = (name, repr(identity))
        try:
            document = self._known[place]
        except KeyError:
            raise NeedDocumentError(place, identity) from None
        self._known.move_to_end(place)
        return dict(document) if document is not None else None

    def put(self, name: str, identity: Any, document: Document | None) -> None:
        place = (name, repr(identity))
        self._undo.append((place, self._known.get(place, _UNKNOWN), place in self._dirty))
        self._known[place] = document
        self._known.move_to_end(place)
        self._dirty[place] = identity

    def begin(self) -> None:
        """From here on `undo` takes back what is put."""
        self._undo.clear()

    def undo(self) -> None:
        """Whatever was put since the beginning is forgotten."""
        for place, document, was_dirty in reversed(self._undo):
            if document is _UNKNOWN:
                del self._known[place]
            else:
                self._known[place] = document
            if not was_dirty:
                del self._dirty[place]
        self._undo.clear()

    async def fetch(self, needs: Iterable[NeedDocumentError]) -> None:
        """Bring documents into memory, all of a collection with one read."""
        for name in self.collections:
            wanted = {need.place: need.identity for need in needs if need.place[0] == name}
            wanted = {place: identity for place, identity in wanted.items() if place not in self._known}
            if not wanted:
                continue
            await self.written()
            found = await self._stored[name].find({"_id": {"$in": list(wanted.values())}}, limit=len(wanted))
            by_place = {(name, repr(document["_id"])): document for document in found}
            for place in wanted:
                self._known[place] = by_place.get(place)

    async def flush(self) -> None:
        """Begin to write what has changed since the last flush, and forget what was not used for longest.

        What that flush wrote is written when this returns. Raises what its writing raised.
        """
        await self.written()
        dirty, self._dirty = self._dirty, {}
        self._undo.clear()
        changed = [(place[0], identity, self._known[place]) for place, identity in dirty.items()]
        if changed:
            self._writing = asyncio.create_task(self._write(changed))
        while len(self._known) > CACHED_MAX:
            self._known.popitem(last=False)

    async def written(self) -> None:
        """Until everything that was flushed is written. Raises what writing it raised."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            await writing

    async def _write(self, changed: Sequence[tuple[str, Any, Document | None]]) -> None:
        for name, stored in self._stored.items():
            documents = [document for of, _, document in changed if of == name and document is not None]
            gone = [identity for of, identity, document in changed if of == name and document is None]
            if documents:
                await stored.put_many(documents)
            if gone:
                await stored.delete_many({"_id": {"$in": gone}})


class ShadowTransaction(Transaction):
    """What a reaction gets in place of a transaction while a model is rebuilt."""

    def __init__(self, database: Database, documents: ShadowDocuments, received: Received[Any]) -> None:
        # On purpose not Transaction's own: there is no store behind this one, and nothing that it has to remember.
        self._database = database
        self._documents = documents
        self._received = received
        self.now = received.recorded

    @property
    def cause(self) -> Cause:  # type: ignore[override]  # made when it is asked for, which a fold does not do
        return self._received.cause()

    def collection(self, name: str, *, database: str | None = None) -> Collection:
        own = self._documents.collections.get(name) if database is None else None
        return _Bystander(self._database.collection(name)) if own is None else own

    def emit(self, event: object) -> None:
        """Nothing is told of again."""

    def emit_record(self, record: object) -> None:
        """Nothing is told of again."""


class _ModelCollection(Collection):
    """A collection of the model itself: documents by their id, in memory."""

    def __init__(self, name: str, documents: ShadowDocuments) -> None:
        self._name = name
        self._documents = documents

    async def find_one(self, filter: Mapping[str, Any], **_options: Any) -> Document | None:
        return self._documents.get(self._name, _identity(filter))

    async def insert_one(self, document: Document) -> None:
        self._documents.put(self._name, document["_id"], dict(document))

    async def replace_one(self, filter: Mapping[str, Any], document: Document, *, upsert: bool = False) -> int:
        identity = _identity(filter)
        if not upsert and self._documents.get(self._name, identity) is None:
            return 0
        self._documents.put(self._name, identity, {"_id": identity, **document})
        return 1

    async def update_one(self, filter: Mapping[str, Any], update: Mapping[str, Any], *, upsert: bool = False) -> int:
        identity = _identity(filter)
        present = self._documents.get(self._name, identity)
        if present is None and not upsert:
            return 0
        self._documents.put(self._name, identity, _updated(present or {"_id": identity}, update))
        return 1

    async def delete_one(self, filter: Mapping[str, Any]) -> int:
        identity = _identity(filter)
        present = self._documents.get(self._name, identity)
        self._documents.put(self._name, identity, None)
        return int(present is not None)


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*_arguments: object, **_options: object) -> Any:
        raise RebuildUnsupportedError(f"{name} of a model's own documents")

    return refuse


for _name in {name for name in vars(Collection) if not name.startswith("_")} - vars(_ModelCollection).keys():
    setattr(_ModelCollection, _name, _refused(_name))


class _Bystander(Collection):
    """A collection that is not the model's: read as it is, never written."""

    def __init__(self, live: Collection) -> None:
        self._live = live

    def __getattribute__(self, name: str) -> Any:
        if name in _READS:
            return getattr(super().__getattribute__("_live"), name)
        if name in _WRITES:
            return _dropped
        raise RebuildUnsupportedError(f"{name} beside a model")


async def _dropped(*_arguments: object, **_options: object) -> int:
    """A write beside the model: a side effect, which is off."""
    return 1


_READS: Final = {"find_one", "find", "count", "stream", "aggregate"}
_WRITES: Final = {
    "insert_one",
    "insert_many",
    "replace_one",
    "update_one",
    "update_many",
    "delete_one",
    "delete_many",
}


def _identity(filter: Mapping[str, Any]) -> Any:
    if set(filter) != {"_id"}:
        raise RebuildUnsupportedError("a model's documents are found by their id alone")
    return filter["_id"]


def _updated(document: Document, update: Mapping[str, Any]) -> Document:
    changed = dict(document)
    for operator, fields in update.items():
        for name, given in fields.items():
            value = _stored(given)
            if "." in name or operator not in ("$set", "$inc", "$max", "$setOnInsert"):
                raise RebuildUnsupportedError(f"{operator} of {name}")
            if operator == "$inc":
                changed[name] = changed.get(name, 0) + value
            elif operator == "$max":
                changed[name] = max(changed.get(name, value), value)
            elif operator == "$set" or len(document) == 1:
                changed[name] = value
    return changed


def _stored(value: Any) -> Any:
    """A time as the database keeps it: whole milliseconds."""
    return value.replace(microsecond=value.microsecond // 1000 * 1000) if isinstance(value, datetime) else value
