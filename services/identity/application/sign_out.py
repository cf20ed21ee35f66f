"""Sign out: the browser forgets the session, and the audit log learns of it once."""

from __future__ import annotations

import hashlib
from typing import Any

from services.identity.application.facts import SIGNED_OUT, session_fact
from shared.errors import NotSignedInError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.tokens import TokenVerifier
from shared.world import World


class SignOutHandler:
    def __init__(self, verifier: TokenVerifier, unit_of_work: UnitOfWork, world: World) -> None:
        self._verifier = verifier
        self._unit_of_work = unit_of_work
        self._world = world

    async def __call__(self, token: str) -> None:
        """A session is told to have ended once, however often its token is sent. Without a session nothing happens.

        Raises InfrastructureError.
        """
        try:
            principal, session = await self._verifier.session(token)
        except NotSignedInError:
            return

        async def work(tx: Transaction) -> dict[str, Any]:
            tx.emit(session_fact(SIGNED_OUT, principal, session))
            return {}

        fingerprint = hashlib.sha256(session.session_id.encode()).hexdigest()
        once = CommandKey(principal.account_id, f"sign-out/{session.session_id}", fingerprint)
        cause = Cause(self._world.new_id(), None, None, principal.account_id)
        await self._unit_of_work.run_command(work, cause=cause, command=once, serialise=principal.account_id)
