"""Tell accreditation how one of its officers is reached."""

from __future__ import annotations

from typing import Final

from services.identity.application.ports import Accounts
from shared.security.principal import Principal, Role, RoleRequiredError

_CALLERS: Final = frozenset({"service:accreditation"})


class TellAddresses:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, principal: Principal, person_id: str) -> list[str]:
        """The addresses of the officer's accounts in use; none for who is no officer. Raises RoleRequiredError."""
        if principal.account_id not in _CALLERS:
            raise RoleRequiredError
        accounts = await self._accounts.of_person(person_id)
        return sorted(
            {each.email for each in accounts if not each.disabled and Role.ACCREDITATION_OFFICER in each.roles}
        )
