"""What identity's use cases need from outside."""

from __future__ import annotations

from typing import Protocol

from services.identity.domain.account import Account
from shared.messaging.unit_of_work import Transaction


class Accounts(Protocol):
    async def by_email(self, email: str) -> Account | None: ...

    async def by_id(self, account_id: str) -> Account | None: ...

    async def add(self, tx: Transaction, account: Account) -> None:
        """Raises AccountExistsError."""
        ...

    async def replace(self, tx: Transaction, account: Account) -> None: ...


class Passwords(Protocol):
    async def hash(self, password: str) -> str: ...

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for no hash as for a wrong password."""
        ...
