"""After a restore: an account that was disabled since is disabled again, as the audit log tells."""

from __future__ import annotations

from services.identity.application.facts import DISABLED
from services.identity.application.ports import Accounts
from shared.contracts.audit import AuditFactRecorded
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction


class DisableAgain(Reaction[AuditFactRecorded, None]):
    """Nothing is told again. An account that the restored books do not have is none to sign in with."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def apply(self, tx: Transaction, received: Received[AuditFactRecorded], prepared: None) -> None:
        del prepared
        if received.data.action != DISABLED:
            return
        account = await self._accounts.by_id(received.data.subject)
        if account is not None and not account.disabled:
            await self._accounts.replace(tx, account.disable(tx.now))
