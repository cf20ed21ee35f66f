"""The vault's records.

A document a person, a sealed value a field. Which fields are there is seen, what they say is not.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from shared.messaging.unit_of_work import Transaction
from shared.security.person_keys import PersonKeys
from shared.security.personal_data import PersonalRecord
from shared.security.sealing import seal, seal_fields, unseal
from shared.storage import Database, Document, Index
from shared.world import World

PEOPLE: Final = "people"
FILES: Final = "files"
READS: Final = "reads"
TEXTS: Final = "texts"
INDEXES: Final = (
    Index(PEOPLE, (("at", 1),)),
    Index(PEOPLE, (("document", 1),)),
    Index(FILES, (("expires_at", 1),), expire_after_s=0),
    Index(READS, (("at", 1),)),
    Index(TEXTS, (("owner", 1),)),
    Index(TEXTS, (("at", 1),)),
)


SAME_MAX: Final = 20
OWNERS_A_QUERY: Final = 500


_OF_THE_DOCUMENT: Final = ("document_number", "document_issuer", "nationality")


def document_identity(values: Mapping[str, str]) -> str | None:
    """What makes two documents one: issuer (the nationality where none is given) and number, however spaced."""
    number = "".join(char for char in values.get("document_number", "").upper() if char.isalnum())
    issuer = values.get("document_issuer") or values.get("nationality") or ""
    return f"{issuer.strip().upper()}|{number}" if number else None


class Vault:
    """Reads and writes sealed records. `database` is the vault's own; writes happen in registration's transaction."""

    def __init__(self, database: Database, keys: PersonKeys, hmac_key: bytes, world: World) -> None:
        self._database = database
        self._keys = keys
        self._hmac = hmac.new(hmac_key, digestmod=hashlib.sha256)
        self._world = world

    def fingerprint(self, field: str, value: str) -> str:
        """A keyed fingerprint (HMAC-SHA-256): equal values compare equal, and nobody without the key can try values."""
        keyed = self._hmac.copy()
        keyed.update(f"{field}\0{value}".encode())
        return keyed.hexdigest()

    def fingerprints(self, record: PersonalRecord) -> dict[str, str]:
        """The keyed fingerprint of each field that is there."""
        return {name: self.fingerprint(name, value) for name, value in record.to_json().items()}

    async def ensure_keys(self, participant_ids: list[str]) -> dict[str, bytes]:
        """Keys for these people, durable before any commit uses them. Raises ErasedPersonError."""
        return await self._keys.get_or_create(participant_ids)

    async def put(self, tx: Transaction, participant_id: str, record: PersonalRecord) -> None:
        """Seal and keep a person's fields in the caller's transaction; the record replaces the former one whole."""
        await self.put_many(tx, {participant_id: record})

    async def put_many(
        self,
        tx: Transaction,
        records: Mapping[str, PersonalRecord],
        *,
        keep: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """As `put`, for some people in one request; the fields in `keep` stay as they are, whatever they say."""
        kept = await self._kept(tx, {who: names for who, names in (keep or {}).items() if names})
        documents = [self._sealed(who, record, tx.now, kept.get(who, {})) for who, record in records.items()]
        if documents:
            await tx.collection(PEOPLE, database=self._database.name).put_many(documents)

    async def add_many(self, tx: Transaction, records: Mapping[str, PersonalRecord]) -> None:
        """Seal and keep the fields of people of whom nothing was kept before; cheaper than to look for each first."""
        documents = [self._sealed(who, record, tx.now, {}) for who, record in records.items()]
        if documents:
            await tx.collection(PEOPLE, database=self._database.name).insert_many(documents)

    async def _kept(self, tx: Transaction, keep: Mapping[str, Collection[str]]) -> dict[str, dict[str, bytes]]:
        """The sealed values of those fields, by person."""
        if not keep:
            return {}
        people = tx.collection(PEOPLE, database=self._database.name)
        found = await people.find({"_id": {"$in": list(keep)}}, limit=len(keep))
        return {
            item["_id"]: {name: bytes(sealed) for name, sealed in item["fields"].items() if name in keep[item["_id"]]}
            for item in found
        }

    def _sealed(
        self, participant_id: str, record: PersonalRecord, now: datetime, kept: Mapping[str, bytes]
    ) -> Document:
        key = self._keys.get(participant_id)
        values = record.to_json()
        opened = {name: unseal(key, participant_id, name, kept[name]) for name in _OF_THE_DOCUMENT if name in kept}
        of_document = values | {name: value.decode() for name, value in opened.items()}
        sealed = seal_fields(key, participant_id, values, self._world)
        document: Document = {"_id": participant_id, "fields": {**kept, **sealed}, "at": now}
        if (identity := document_identity(of_document)) is not None:
            document["document"] = self.fingerprint("document", identity)
        return document

    async def with_document_of(self, participant_id: str) -> list[str]:
        """Who else has this person's document, by its keyed fingerprint alone."""
        people = self._database.collection(PEOPLE)
        known = await people.find_one({"_id": participant_id}, projection={"document": 1})
        if known is None or "document" not in known:
            return []
        query = {"document": known["document"], "_id": {"$ne": participant_id}}
        return [item["_id"] for item in await people.find(query, projection={"_id": 1}, limit=SAME_MAX)]

    async def written_since(self, moment: datetime) -> AsyncIterator[dict[str, datetime]]:
        """Who was written from `moment` on, and when, a thousand at a time, in that order."""
        people, query = self._database.collection(PEOPLE), {"at": {"$gte": moment}}
        async for chunk in people.stream(query, sort=[("at", 1)], chunk=1_000, projection={"at": 1}):
            yield {item["_id"]: item["at"] for item in chunk if self._is_known(item["_id"])}

    async def remove(self, tx: Transaction, participant_id: str) -> None:
        """Remove what was kept of somebody who was never submitted; erasing a person is another thing."""
        await tx.collection(PEOPLE, database=self._database.name).delete_one({"_id": participant_id})

    async def read(self, participant_ids: Iterable[str], fields: Iterable[str]) -> Mapping[str, PersonalRecord]:
        """The given fields of those people who are there. Raises ErasedPersonError for nobody: they are left out."""
        wanted, ids = tuple(fields), list(participant_ids)
        projection = {f"fields.{name}": 1 for name in wanted}
        documents = await self._database.collection(PEOPLE).find(
            {"_id": {"$in": ids}}, projection=projection, limit=max(1, len(ids))
        )
        return {document["_id"]: self._opened(document) for document in documents if self._is_known(document["_id"])}

    async def destroy(self, owners: Sequence[str]) -> int:
        """Destroy the keys of these persons and imports, and remove what they sealed; answers the new key epoch.

        Once the ledger is written a crash only delays the rest: `apply_ledger` goes on.
        """
        await self._keys.erase(owners)
        await self._remove_all(owners)
        return self._keys.epoch

    async def apply_ledger(self) -> None:
        """Remove what a restored database holds of people in the ledger of erasures."""
        await self._remove_all(sorted(self._keys.erased))

    async def remains(self, owner: str) -> dict[str, bool]:
        """What can still be found of an owner, looked for in every place: fields, texts, files, document, key."""
        names = ((PEOPLE, "_id", "fields"), (TEXTS, "owner", "texts"), (FILES, "_id.owner", "files"))
        found = {
            label: await self._database.collection(name).find_one({path: owner}) is not None
            for name, path, label in names
        }
        return found | {"key": self._keys.knows(owner)}

    async def _remove_all(self, owners: Sequence[str]) -> None:
        for start in range(0, len(owners), OWNERS_A_QUERY):
            some = list(owners[start : start + OWNERS_A_QUERY])
            await self._database.collection(PEOPLE).delete_many({"_id": {"$in": some}})
            await self._database.collection(TEXTS).delete_many({"owner": {"$in": some}})
            await self._database.collection(FILES).delete_many({"_id.owner": {"$in": some}})

    @property
    def erased(self) -> frozenset[str]:
        return self._keys.erased

    def is_erased(self, participant_id: str) -> bool:
        return self._keys.is_erased(participant_id)

    def knows(self, owner: str) -> bool:
        return self._keys.knows(owner)

    def seal_file(self, owner: str, name: str, key: bytes, content: bytes) -> bytes:
        return seal(key, owner, name, content, self._world)

    def open_file(self, owner: str, name: str, key: bytes, sealed: bytes) -> bytes:
        return unseal(key, owner, name, sealed)

    def key_of(self, owner: str) -> bytes:
        return self._keys.get(owner)

    def _is_known(self, participant_id: str) -> bool:
        return self._keys.knows(participant_id)

    def _opened(self, document: Document) -> PersonalRecord:
        participant_id = document["_id"]
        key = self._keys.get(participant_id)
        return PersonalRecord.from_json(
            {
                name: unseal(key, participant_id, name, bytes(sealed)).decode()
                for name, sealed in document.get("fields", {}).items()
            }
        )
