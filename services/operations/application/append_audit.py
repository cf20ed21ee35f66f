"""Append what the intake holds to the audit log, and sign the tree's new head: one commit.

So every leaf that is there is under a signed head. The hashes of complete subtrees are kept in tiles of 256 (C2SP's
tlog-tiles), so that a proof over a million leaves reads a handful of documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from services.operations.application.keep_audit import INTAKE
from services.operations.domain.audit_log import Leaf, TreeHead
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.merkle import HASH_BYTES, Frontier, Node, complete_root, leaf_hash
from shared.security.signed_note import NoteSigner
from shared.storage import Collection, Document, Index
from shared.world import World

ENTRIES: Final = "audit_entries"
TILES: Final = "audit_tiles"
HEADS: Final = "audit_heads"
TREE: Final = "audit_tree"
TREE_ID: Final = {"_id": "tree"}
TILE_LEVELS: Final = 8
TILE_WIDTH: Final = 1 << TILE_LEVELS
BATCH: Final = 500
INDEXES: Final = (
    Index(ENTRIES, (("event_id", 1),), unique=True),
    Index(ENTRIES, (("action", 1), ("_id", -1)), partial={"action": {"$exists": True}}),
    Index(TILES, ()),
    Index(HEADS, ()),
    Index(TREE, ()),
)


class AppendAudit:
    """Two that run beside each other write the same tree document, so one of them looks again."""

    def __init__(self, unit_of_work: UnitOfWork, signer: NoteSigner, world: World) -> None:
        self._unit_of_work = unit_of_work
        self._signer = signer
        self._world = world

    async def __call__(self) -> bool:
        """Append at most one batch; answers whether the intake may hold more."""
        cause = Cause(self._world.new_id(), None, None, "audit")
        return await self._unit_of_work.run(self._append, cause=cause) == BATCH

    async def _append(self, tx: Transaction) -> int:
        intake, entries, trees = tx.collection(INTAKE), tx.collection(ENTRIES), tx.collection(TREE)
        waiting = await intake.find({}, sort=[("recorded", 1), ("_id", 1)], limit=BATCH)
        if not waiting:
            return 0
        ids = [item["_id"] for item in waiting]
        known = await entries.find({"event_id": {"$in": ids}}, projection={"event_id": 1}, limit=BATCH)
        had = {item["event_id"] for item in known}
        leaves = [Leaf.parse(item["leaf"]) for item in waiting if item["_id"] not in had]
        tree = await trees.find_one(TREE_ID) or {"size": 0, "frontier": []}
        frontier = Frontier(tree["size"], tree["frontier"])
        if leaves:
            await entries.insert_many(
                [entry_document(frontier.size + place, leaf) for place, leaf in enumerate(leaves)]
            )
            hashes = [leaf_hash(leaf.line().encode()) for leaf in leaves]
            await extend_tiles(tx.collection(TILES), frontier.size, hashes)
            for each in hashes:
                frontier.add(each)
            await trees.replace_one(
                TREE_ID, {**TREE_ID, "size": frontier.size, "frontier": frontier.hashes}, upsert=True
            )
            head = TreeHead(self._signer.name, frontier.size, frontier.root, tx.now)
            await tx.collection(HEADS).insert_one({"_id": head.size, "note": self._signer.sign(head.text())})
        await intake.delete_many({"_id": {"$in": ids}})
        return len(waiting)


def entry_document(index: int, leaf: Leaf) -> Document:
    """`leaf` is what is hashed; the other fields find it again, and verifying compares them with it."""
    document: Document = {"_id": index, "event_id": leaf.event_id, "leaf": leaf.line()}
    return document | ({"action": leaf.fact["action"]} if leaf.fact else {})


async def extend_tiles(tiles: Collection, size: int, hashes: Iterable[bytes]) -> None:
    """Append leaf hashes after the first `size`; a tile that is full has its root in the tile above."""
    added, level = list(hashes), 0
    while added:
        full: list[bytes] = []
        for tile, content in _by_tile(size, added).items():
            identity = tile_id(level, tile)
            present = await tiles.find_one({"_id": identity}) if size % TILE_WIDTH and tile == size >> 8 else None
            whole = (present["hashes"] if present else b"") + content
            await tiles.replace_one({"_id": identity}, {"_id": identity, "hashes": whole}, upsert=True)
            if len(whole) == TILE_WIDTH * HASH_BYTES:
                full.append(complete_root(tile_hashes(whole)))
        size, added, level = size // TILE_WIDTH, full, level + 1


def node_in(tiles: dict[str, bytes], node: Node) -> bytes:
    """A complete subtree's hash from its tile."""
    identity, first, width = tile_of(node)
    return complete_root(tile_hashes(tiles[identity])[first : first + width])


def tile_of(node: Node) -> tuple[str, int, int]:
    """Where a complete subtree's hash is found: the tile, the first hash in it, and how many."""
    level, index = node
    up, within = divmod(level, TILE_LEVELS)
    first = index << within
    return tile_id(up, first // TILE_WIDTH), first % TILE_WIDTH, 1 << within


def tile_id(level: int, tile: int) -> str:
    return f"{level}/{tile}"


def tile_hashes(content: bytes) -> list[bytes]:
    return [content[place : place + HASH_BYTES] for place in range(0, len(content), HASH_BYTES)]


def _by_tile(size: int, hashes: list[bytes]) -> dict[int, bytes]:
    found: dict[int, bytes] = defaultdict(bytes)
    for place, each in enumerate(hashes, start=size):
        found[place // TILE_WIDTH] += each
    return found
