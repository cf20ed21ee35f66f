"""Files that hold personal data: sealed under a key of their own owner (an import), gone after their lifetime."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from services.registration.vault.store import FILES, Vault
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database

LIFETIME: Final = timedelta(hours=24)
CHUNK_BYTES: Final = 8 * 1024 * 1024


class SealedFiles:
    """Keeps an import's files in chunks of 8 MiB, below the size of a document. The owner's key must exist."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def put(
        self, tx: Transaction, owner: str, name: str, content: bytes, *, lifetime: timedelta | None = LIFETIME
    ) -> None:
        """Keep a file for its lifetime; None keeps it as long as its owner's key."""
        key = self._vault.key_of(owner)
        files = tx.collection(FILES, database=self._database.name)
        for number, start in enumerate(range(0, max(1, len(content)), CHUNK_BYTES)):
            sealed = self._vault.seal_file(owner, f"{name}/{number}", key, content[start : start + CHUNK_BYTES])
            identity: dict[str, Any] = {"owner": owner, "name": name, "chunk": number}
            document: dict[str, Any] = {"_id": identity, "sealed": sealed}
            if lifetime is not None:
                document["expires_at"] = tx.now + lifetime
            await files.replace_one({"_id": identity}, document, upsert=True)

    async def get(self, owner: str, name: str) -> bytes | None:
        """The file, or None when its lifetime is over or its owner was erased."""
        if not self._vault.knows(owner):
            return None
        key = self._vault.key_of(owner)
        files = self._database.collection(FILES)
        query = {"_id.owner": owner, "_id.name": name}
        chunks = await files.find(query, sort=[("_id.chunk", 1)], limit=64)
        if not chunks:
            return None
        return b"".join(
            self._vault.open_file(owner, f"{name}/{chunk['_id']['chunk']}", key, bytes(chunk["sealed"]))
            for chunk in chunks
        )
