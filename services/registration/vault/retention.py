"""Destroying what is kept no longer: a value, or what lies beside the record, of everybody whom no hold protects.

A value is removed, not its person's key, which other values still need. What an older backup holds of it stays sealed
under that key, and restoring such a backup meets the same date again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from services.registration.vault.store import FILES, PEOPLE, TEXTS
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import FIELDS
from shared.security.sealed_texts import ACCOUNT_OWNER_PREFIX
from shared.storage import Database

AT_ONCE: Final = 200
# A transaction that began earlier may commit later: what was written this long before is looked at again.
_OVERLAP: Final = timedelta(seconds=60)
_OF_ACCOUNTS: Final = f"^{re.escape(ACCOUNT_OWNER_PREFIX)}"


class VaultRetention:
    """`held` are the participants on whom a legal hold stands: nothing of theirs is looked at."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def destroy_some(
        self, tx: Transaction, kind: str, *, held: Sequence[str], since: datetime | None
    ) -> list[str]:
        """Destroy at most 200 values of a kind that were written since then; answers their owners, none when done."""
        name, query = self._place(kind, held, since)
        collection = tx.collection(name, database=self._database.name)
        found = await collection.find(query, projection={"owner": 1}, limit=AT_ONCE)
        if not found:
            return []
        its = {"_id": {"$in": [item["_id"] for item in found]}}
        if name == PEOPLE:
            gone = {f"fields.{kind}": "", **({"document": ""} if kind == "document_number" else {})}
            # The new time tells whoever holds something of these people in memory to read them again.
            await collection.update_many(its, {"$unset": gone, "$set": {"at": tx.now}})
            return [item["_id"] for item in found]
        await collection.delete_many(its)
        return [item["owner"] if name == TEXTS else item["_id"]["owner"] for item in found]

    async def is_there(self, kind: str, *, held: Sequence[str]) -> bool:
        """Whether anything of a kind can still be found outside the holds, looked for in everything there is."""
        name, query = self._place(kind, held, None)
        return await self._database.collection(name).find_one(query, projection={"_id": 1}) is not None

    def _place(self, kind: str, held: Sequence[str], since: datetime | None) -> tuple[str, dict[str, Any]]:
        written = {"at": {"$gte": since - _OVERLAP}} if since is not None else {}
        if kind in FIELDS:
            return PEOPLE, written | {f"fields.{kind}": {"$exists": True}, "_id": {"$nin": list(held)}}
        if kind == "texts":
            return TEXTS, written | {"owner": {"$not": {"$regex": _OF_ACCOUNTS}, "$nin": list(held)}}
        if kind == "account_names":
            return TEXTS, written | {"owner": {"$regex": _OF_ACCOUNTS}}
        return FILES, {"expires_at": None}
