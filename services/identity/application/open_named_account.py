"""Open an account for a named person at an address that a delegation shares."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from services.identity.application.drawn_password import draw_password
from services.identity.application.facts import OPENED, account_fact
from services.identity.application.named_parts import NamedParts
from services.identity.domain.account import (
    NAMED_ACCOUNTS_MAX,
    Account,
    AccountExistsError,
    HeadIsKeptError,
    HeadRequiredError,
    SharedAddressMissingError,
    SignInNameInvalidError,
    TooManyAccountsError,
    normalised_email,
    normalised_sign_in_name,
)
from shared.errors import NotFoundError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role
from shared.written_text import require_clean


@dataclass(frozen=True)
class OpenNamedAccount:
    """`email` is the shared address: an administrator names it, a head focal point's is the one they sign in with.

    A head focal point, `is_head`, is made by an administrator alone.
    """

    delegation: str
    full_name: str
    sign_in_name: str
    email: str | None = None
    is_head: bool = False


@dataclass(frozen=True)
class Opened:
    """`password` was drawn and is told once; a repeated command does not know it any more."""

    account_id: str
    password: str | None


class OpenNamedAccountHandler:
    def __init__(self, parts: NamedParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal, command: OpenNamedAccount, cause: Cause, key: CommandKey) -> Opened:
        """By the delegation's head focal point or an administrator.

        Raises MisleadingTextError, NotFoundError, HeadRequiredError, HeadIsKeptError, SharedAddressMissingError,
        SignInNameInvalidError, AccountExistsError, TooManyAccountsError.
        """
        principal.require(Role.FOCAL_POINT, Role.ADMINISTRATOR)
        principal.require_delegation(command.delegation)
        require_clean("full_name", command.full_name)
        email = await self._shared_address(principal, command)
        sign_in_name = normalised_sign_in_name(command.sign_in_name)
        if not sign_in_name:
            raise SignInNameInvalidError
        parts = self._parts
        password = draw_password(parts.world)
        # Of the command, so that a repeated one seals the name under the same id and not once more.
        command_id = uuid.UUID(key.command_id)
        account = Account(
            account_id=parts.world.new_id(),
            email=email,
            password_hash=await parts.passwords.hash(password),
            person_id=str(uuid.uuid5(command_id, "person")),
            roles=frozenset({Role.FOCAL_POINT}),
            delegation_id=command.delegation,
            sign_in_name=sign_in_name,
            is_head=command.is_head,
            name_text_id=str(uuid.uuid5(command_id, "name")),
            password_drawn=True,
        )
        there = await parts.accounts.by_sign_in(account.sign_in_id)
        if there is not None and there.person_id != account.person_id:
            raise AccountExistsError
        await parts.keep_name(account, command.full_name)

        async def work(tx: Transaction) -> dict[str, Any]:
            if await parts.accounts.count_in_use(tx, command.delegation) >= NAMED_ACCOUNTS_MAX:
                raise TooManyAccountsError
            await parts.accounts.add(tx, account)
            tx.emit(account_fact(OPENED, account, principal))
            return {"account_id": account.account_id}

        serialise = f"delegation/{command.delegation}"
        done = await parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=serialise)
        is_new = done["account_id"] == account.account_id
        return Opened(done["account_id"], password if is_new else None)

    async def _shared_address(self, principal: Principal, command: OpenNamedAccount) -> str:
        if Role.ADMINISTRATOR in principal.roles:
            if command.email is None:
                raise SharedAddressMissingError
            return normalised_email(command.email)
        caller = await self._parts.accounts.by_id(principal.account_id)
        if caller is None:
            raise NotFoundError
        if not caller.is_head:
            raise HeadRequiredError
        if command.is_head:
            raise HeadIsKeptError
        return caller.email
