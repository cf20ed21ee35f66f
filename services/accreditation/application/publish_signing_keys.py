"""Tell the gates the public keys that verify our credentials, each once."""

from __future__ import annotations

from typing import Final

from shared.contracts.accreditation import SigningKeyPublished
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.security.key_files import raw_public_key
from shared.security.signing_keys import SigningKeyRing
from shared.world import World

PUBLISHED_KEYS: Final = "published_keys"


class PublishSigningKeys:
    def __init__(self, keys: SigningKeyRing, unit_of_work: UnitOfWork, world: World, conference_id: str) -> None:
        self._keys = keys
        self._unit_of_work = unit_of_work
        self._world = world
        self._conference_id = conference_id

    async def __call__(self) -> None:
        async def work(tx: Transaction) -> None:
            published = tx.collection(PUBLISHED_KEYS)
            for key_id, key in sorted(self._keys.public_keys().items(), key=lambda item: item[0].number):
                if await published.find_one({"_id": str(key_id)}):
                    continue
                await published.insert_one({"_id": str(key_id), "at": tx.now})
                tx.emit(
                    SigningKeyPublished(
                        conference_id=self._conference_id,
                        conference_number=key_id.conference,
                        key_id=str(key_id),
                        public_key=raw_public_key(key).hex(),
                    )
                )

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, "service:accreditation"))
