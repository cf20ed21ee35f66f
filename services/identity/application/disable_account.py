"""Disable an account: nobody signs in with it any more, and its sessions end at once."""

from __future__ import annotations

from typing import Any

from services.identity.application.facts import DISABLED, account_fact
from services.identity.application.ports import Accounts
from services.identity.domain.account import UnknownAccountError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import World


class DisableAccountHandler:
    def __init__(self, accounts: Accounts, unit_of_work: UnitOfWork, world: World) -> None:
        self._accounts = accounts
        self._unit_of_work = unit_of_work
        self._world = world

    async def __call__(self, principal: Principal, account_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """By an administrator, or by the head focal point of the account's delegation.

        Raises UnknownAccountError, HeadRequiredError, HeadIsKeptError.
        """
        principal.require(Role.ADMINISTRATOR, Role.FOCAL_POINT)
        account = await self._accounts.by_id(account_id)
        if account is None:
            raise UnknownAccountError
        account.require_manageable_by(principal, await self._accounts.by_id(principal.account_id))

        async def work(tx: Transaction) -> dict[str, Any]:
            if not account.disabled:
                disabled = account.disable(self._world.now())
                await self._accounts.replace(tx, disabled)
                tx.emit(account_fact(DISABLED, disabled, principal))
            return {"account_id": account_id}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=account_id)
