"""Disable an account: nobody signs in with it any more, and its sessions end with their next renewal."""

from __future__ import annotations

from typing import Any

from services.identity.application.ports import Accounts
from shared.errors import NotFoundError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class DisableAccountHandler:
    def __init__(self, accounts: Accounts, unit_of_work: UnitOfWork) -> None:
        self._accounts = accounts
        self._unit_of_work = unit_of_work

    async def __call__(self, principal: Principal, account_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Raises NotFoundError."""
        principal.require(Role.ADMINISTRATOR)
        account = await self._accounts.by_id(account_id)
        if account is None:
            raise NotFoundError

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._accounts.replace(tx, account.disable())
            return {"account_id": account_id}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)
