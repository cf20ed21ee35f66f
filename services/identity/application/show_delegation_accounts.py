"""Who signs in for a delegation."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.application.named_parts import NamedParts
from services.identity.domain.account import Account
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class NamedAccount:
    """`name` is None for an account that was opened for an address and not for a named person."""

    account_id: str
    email: str
    sign_in_name: str
    name: str | None
    is_head: bool
    disabled: bool
    has_to_choose_password: bool
    is_own: bool


@dataclass(frozen=True)
class DelegationAccounts:
    """`may_change` is whether the asker may open, disable and draw passwords."""

    delegation: str
    may_change: bool
    accounts: tuple[NamedAccount, ...]


class ShowDelegationAccounts:
    def __init__(self, parts: NamedParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal, delegation: str) -> DelegationAccounts:
        """For the delegation's focal points and administrators. Raises NotFoundError."""
        principal.require(Role.FOCAL_POINT, Role.ADMINISTRATOR)
        principal.require_delegation(delegation)
        accounts = await self._parts.accounts.of_delegation(delegation)
        names = await self._parts.names(accounts)
        own = next((each for each in accounts if each.account_id == principal.account_id), None)
        return DelegationAccounts(
            delegation=delegation,
            may_change=Role.ADMINISTRATOR in principal.roles or (own is not None and own.is_head),
            accounts=tuple(_named(each, names.get(each.account_id), each is own) for each in accounts),
        )


def _named(account: Account, name: str | None, is_own: bool) -> NamedAccount:
    return NamedAccount(
        account_id=account.account_id,
        email=account.email,
        sign_in_name=account.sign_in_name,
        name=name,
        is_head=account.is_head,
        disabled=account.disabled,
        has_to_choose_password=account.password_drawn,
        is_own=is_own,
    )
