"""Draw another password for somebody who lost theirs; it opens nothing but the choice of an own one."""

from __future__ import annotations

from typing import Any

from services.identity.application.drawn_password import draw_password
from services.identity.application.facts import PASSWORD_DRAWN, account_fact
from services.identity.application.named_parts import NamedParts
from services.identity.application.open_named_account import Opened
from services.identity.domain.account import UnknownAccountError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


class DrawPasswordHandler:
    def __init__(self, parts: NamedParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal, account_id: str, cause: Cause, key: CommandKey) -> Opened:
        """By the delegation's head focal point or an administrator; every session of the account is over.

        Raises UnknownAccountError, HeadRequiredError, HeadIsKeptError.
        """
        principal.require(Role.FOCAL_POINT, Role.ADMINISTRATOR)
        parts = self._parts
        account = await parts.accounts.by_id(account_id)
        if account is None or account.disabled:
            raise UnknownAccountError
        account.require_manageable_by(principal, await parts.accounts.by_id(principal.account_id))
        password = draw_password(parts.world)
        changed = account.with_password(await parts.passwords.hash(password), parts.world.now(), drawn=True)

        async def work(tx: Transaction) -> dict[str, Any]:
            await parts.accounts.replace(tx, changed)
            tx.emit(account_fact(PASSWORD_DRAWN, changed, principal))
            return {"account_id": account_id, "epoch": changed.epoch, "drawn": changed.password_hash[-12:]}

        done = await parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=account_id)
        is_new = done["drawn"] == changed.password_hash[-12:]
        return Opened(account_id, password if is_new else None)
