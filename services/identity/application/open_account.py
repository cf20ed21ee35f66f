"""Open an account for somebody: by an administrator, or from the command line of the machine itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.identity.application.facts import OPENED, account_fact
from services.identity.application.ports import Accounts, Passwords
from services.identity.domain.account import PASSWORD_CHARS_MIN, Account, PasswordTooShortError, normalised_email
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class OpenAccount:
    email: str
    password: str
    person_id: str
    roles: frozenset[Role]
    delegation_id: str | None = None
    is_head: bool = False


class OpenAccountHandler:
    def __init__(self, accounts: Accounts, passwords: Passwords, unit_of_work: UnitOfWork, world: World) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._unit_of_work = unit_of_work
        self._world = world

    async def __call__(
        self, principal: Principal, command: OpenAccount, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The account's id. Raises AccountExistsError, RolesDoNotFitError, PasswordTooShortError."""
        principal.require(Role.ADMINISTRATOR)
        if len(command.password) < PASSWORD_CHARS_MIN:
            raise PasswordTooShortError
        account = Account(
            account_id=self._world.new_id(),
            email=normalised_email(command.email),
            password_hash=await self._passwords.hash(command.password),
            person_id=command.person_id,
            roles=command.roles,
            delegation_id=command.delegation_id,
            is_head=command.is_head,
        )

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._accounts.add(tx, account)
            tx.emit(account_fact(OPENED, account, principal))
            return {"account_id": account.account_id}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)
