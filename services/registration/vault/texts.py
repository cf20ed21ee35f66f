"""Free texts about a person or a delegation: sealed under the key of their owner, known elsewhere by their id alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.registration.vault.store import TEXTS, Vault
from shared.messaging.unit_of_work import Transaction
from shared.security.sealing import seal, unseal
from shared.storage import Database
from shared.world import World


class SealedTexts:
    """The owner is a participant, or a record of a delegation's that is about nobody; erasing it ends its texts."""

    def __init__(self, database: Database, vault: Vault, world: World) -> None:
        self._database = database
        self._vault = vault
        self._world = world

    async def put(self, tx: Transaction, owner: str, text_id: str, text: str) -> None:
        """Keep a text in the caller's transaction. The owner's key must be there; putting it again changes nothing."""
        sealed = seal(self._vault.key_of(owner), owner, f"text/{text_id}", text.encode(), self._world)
        texts = tx.collection(TEXTS, database=self._database.name)
        document = {"_id": text_id, "owner": owner, "sealed": sealed, "at": tx.now}
        await texts.replace_one({"_id": text_id}, document, upsert=True)

    async def ensure_owner(self, owner: str) -> None:
        """Make the key of an owner who is no participant. Raises ErasedPersonError."""
        await self._vault.ensure_keys([owner])

    async def keep_once(self, tx: Transaction, owner: str, text_id: str, text: str) -> None:
        """As `put`, but a text that is there stays as it is."""
        if await tx.collection(TEXTS, database=self._database.name).find_one({"_id": text_id}) is None:
            await self.put(tx, owner, text_id, text)

    async def read(self, text_ids: Sequence[str], *, owner: str | None = None, owned_by: str = "") -> Mapping[str, str]:
        """Those that are there and whose owner was not erased.

        Who it is may be given, or how the owners are called.
        """
        if not text_ids:
            return {}
        query: dict[str, Any] = {"_id": {"$in": list(text_ids)}}
        if owner is not None:
            query["owner"] = owner
        elif owned_by:
            query["owner"] = {"$regex": f"^{re.escape(owned_by)}"}
        found = await self._database.collection(TEXTS).find(query, limit=len(text_ids))
        return {
            item["_id"]: unseal(
                self._vault.key_of(item["owner"]), item["owner"], f"text/{item['_id']}", bytes(item["sealed"])
            ).decode()
            for item in found
            if self._vault.knows(item["owner"])
        }
