"""What identity's use cases need from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from services.identity.domain.account import Account
from shared.messaging.unit_of_work import Transaction


class Accounts(Protocol):
    async def by_sign_in(self, sign_in_id: str) -> Account | None: ...

    async def by_id(self, account_id: str) -> Account | None: ...

    async def of_person(self, person_id: str) -> list[Account]: ...

    async def of_delegation(self, delegation_id: str) -> list[Account]: ...

    async def count_in_use(self, tx: Transaction, delegation_id: str) -> int:
        """How many accounts of the delegation are not disabled."""
        ...

    async def raised_since(self, moment: datetime) -> list[Account]:
        """The accounts whose sessions were ended from then on."""
        ...

    async def add(self, tx: Transaction, account: Account) -> None:
        """Raises AccountExistsError."""
        ...

    async def replace(self, tx: Transaction, account: Account) -> None: ...

    async def end_sessions(self, generations: int, at: datetime) -> None:
        """End everybody's sessions, and all that could have begun in so many changes of an account."""
        ...


class Passwords(Protocol):
    async def hash(self, password: str) -> str: ...

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for no hash as for a wrong password."""
        ...
