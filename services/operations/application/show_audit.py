"""Read the audit log: its head, its latest entries, proofs, and the whole of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.operations.application.append_audit import ENTRIES, HEADS, TILES, node_in, tile_of
from services.operations.application.watch_stream import WATCHERS
from services.operations.domain.audit_log import Leaf
from services.operations.domain.errors import NoAuditEntryError, NoTreeHeadError
from shared.security.merkle import Range, complete_nodes, consistency_path, hash_of, inclusion_path
from shared.security.principal import Principal
from shared.security.signed_note import NoteVerifier
from shared.storage import Collection, Database, Document

PAGE: Final = 50
CHUNK: Final = 500


@dataclass(frozen=True)
class SignedHead:
    """`note` is the signed tree head as text, `verifier` the public key that it is checked with."""

    size: int
    note: str
    verifier: str


@dataclass(frozen=True)
class Entry:
    index: int
    leaf: Leaf


@dataclass(frozen=True)
class Inclusion:
    """That an entry is under the head: `path` in hex, lowest first (RFC 6962, section 2.1.1)."""

    index: int
    leaf: str
    path: list[str]
    head: SignedHead


@dataclass(frozen=True)
class Consistency:
    """That the tree of `first` leaves is the beginning of the tree of `second` (RFC 6962, section 2.1.2)."""

    first: int
    second: int
    path: list[str]


class ShowAudit:
    def __init__(self, database: Database, verifier: NoteVerifier) -> None:
        self._entries = database.collection(ENTRIES)
        self._heads = database.collection(HEADS)
        self._tiles = database.collection(TILES)
        self._verifier = verifier

    async def head(self, principal: Principal) -> SignedHead:
        """The newest signed head. Raises NoTreeHeadError while the log is empty."""
        principal.require(*WATCHERS)
        document = await self._heads.find_one({}, sort=[("_id", -1)])
        if document is None:
            raise NoTreeHeadError
        return SignedHead(document["_id"], document["note"], str(self._verifier))

    def opened(self, note: str) -> str:
        """The text of one of this log's own heads. Raises NoteBrokenError."""
        return self._verifier.open(note)

    async def latest(self, principal: Principal, *, before: int | None = None, facts_only: bool = False) -> list[Entry]:
        """The newest entries, before an index where one is given; or what people did to the machinery alone."""
        principal.require(*WATCHERS)
        query: dict[str, Any] = {"_id": {"$lt": before}} if before is not None else {}
        if facts_only:
            query["action"] = {"$exists": True}
        found = await self._entries.find(query, sort=[("_id", -1)], limit=PAGE)
        return [Entry(item["_id"], Leaf.parse(item["leaf"])) for item in found]

    async def inclusion(self, principal: Principal, event_id: str) -> Inclusion:
        """Raises NoAuditEntryError, NoTreeHeadError."""
        head = await self.head(principal)
        entry = await self._entries.find_one({"event_id": event_id})
        if entry is None or entry["_id"] >= head.size:
            raise NoAuditEntryError
        path = await self._hashes(inclusion_path(entry["_id"], head.size))
        return Inclusion(entry["_id"], entry["leaf"], path, head)

    async def consistency(self, principal: Principal, first: int, second: int) -> Consistency:
        """Raises NoTreeHeadError unless 0 < first ≤ second ≤ the log's size."""
        head = await self.head(principal)
        if not 0 < first <= second <= head.size:
            raise NoTreeHeadError
        return Consistency(first, second, await self._hashes(consistency_path(first, second)))

    async def export(self, principal: Principal) -> AsyncIterator[str]:
        """The whole log as lines of JSON, each head after its last entry: what `bawaba audit verify` reads."""
        principal.require(*WATCHERS)
        return self._lines()

    async def _lines(self) -> AsyncIterator[str]:
        yield json.dumps({"verifier": str(self._verifier)}) + "\n"
        async for kind, document in whole_log(self._entries, self._heads):
            if kind == "entry":
                yield json.dumps({"index": document["_id"], "leaf": document["leaf"]}, ensure_ascii=False) + "\n"
            else:
                yield json.dumps({"head": document["note"]}, ensure_ascii=False) + "\n"

    async def _hashes(self, path: Sequence[Range]) -> list[str]:
        wanted = {tile_of(node)[0] for within in path for node in complete_nodes(within)}
        tiles = {
            item["_id"]: item["hashes"]
            for item in await self._tiles.find({"_id": {"$in": sorted(wanted)}}, limit=max(1, len(wanted)))
        }
        return [hash_of(within, lambda node: node_in(tiles, node)).hex() for within in path]


async def whole_log(entries: Collection, heads: Collection) -> AsyncIterator[tuple[str, Document]]:
    """Every entry in order, each head where its size is reached; a head that is beyond the entries comes last.

    What is appended meanwhile is left out, whole: an entry and its head commit together, so the head of the newest
    entry is there for whoever looks for it afterwards, and both are read no further than that.
    """
    last = await entries.find_one({}, sort=[("_id", -1)], projection={"_id": 1})
    head = await heads.find_one({}, sort=[("_id", -1)], projection={"_id": 1})
    size = max(last["_id"] + 1 if last else 0, head["_id"] if head else 0)
    below = entries.stream({"_id": {"$lt": size}}, sort=[("_id", 1)], chunk=CHUNK)
    signed = heads.stream({"_id": {"$lte": size}}, sort=[("_id", 1)], chunk=CHUNK)
    async for found in _merged(_each(below), _each(signed)):
        yield found


async def _merged(
    entries: AsyncIterator[Document], heads: AsyncIterator[Document]
) -> AsyncIterator[tuple[str, Document]]:
    head = await anext(heads, None)
    async for entry in entries:
        while head is not None and head["_id"] <= entry["_id"]:
            yield "head", head
            head = await anext(heads, None)
        yield "entry", entry
    while head is not None:
        yield "head", head
        head = await anext(heads, None)


async def _each(chunks: AsyncIterator[list[Document]]) -> AsyncIterator[Document]:
    async for chunk in chunks:
        for document in chunk:
            yield document
