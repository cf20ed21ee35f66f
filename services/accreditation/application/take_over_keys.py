"""Take a key's revocation that was told of, and is not in the restored books, back into them."""

from __future__ import annotations

from datetime import datetime

from services.accreditation.application.records import Bind
from services.accreditation.domain.signing_key import SigningKeyLife
from shared.messaging.unit_of_work import Transaction


class TakeOverKeys:
    """A key that is known to be in wrong hands must not sign again because its revocation was forgotten."""

    def __init__(self, bind: Bind) -> None:
        self._bind = bind

    async def revoked(self, tx: Transaction, key_id: str, at: datetime) -> None:
        """Revoked since `at`, whether the books know the key or not; told nobody again. What it signed is made anew."""
        records = self._bind(tx)
        known = {key.key_id: key for key in await records.signing_keys()}
        published_at = known[key_id].published_at if key_id in known else at
        await records.save_signing_key(SigningKeyLife(key_id, published_at, at))
