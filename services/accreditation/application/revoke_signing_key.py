"""A signing key is compromised: no gate trusts it any more, and what it signed is made anew."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.records import Bind, conference_of
from services.accreditation.domain.badge_errors import SigningKeyNotFoundError
from services.accreditation.domain.events import SigningKeyRevoked
from services.accreditation.domain.ports import Signer
from services.accreditation.domain.signing_key import revoked, signing_key
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class RevokeSigningKeyHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, signer: Signer) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._signer = signer

    async def __call__(self, principal: Principal, key_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """`reissue_badges` follows by itself.

        Raises RoleRequiredError, SigningKeyNotFoundError, SigningKeyStateError, NoOtherKeyError when nothing could sign
        in its place: make a key first.
        """
        principal.require(Role.ADMINISTRATOR)

        async def work(tx: Transaction) -> dict[str, Any]:
            records = self._bind(tx)
            conference = await conference_of(records)
            known = await records.signing_keys()
            at_hand = self._signer.public_keys(conference.number)
            ended = revoked(key_id, known, at_hand, tx.now)
            if ended is None:
                raise SigningKeyNotFoundError
            await records.save_signing_key(ended)
            tx.emit(SigningKeyRevoked(conference.id, conference.number, key_id))
            chosen = signing_key([each for each in known if each.key_id != key_id], at_hand, tx.now)
            if chosen is not None:
                self._signer.use(chosen)
            return {"key_id": key_id, "state": "revoked"}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise="signing_keys")
