"""Accounts in MongoDB."""

from __future__ import annotations

from typing import Final

from services.identity.domain.account import Account, AccountExistsError
from shared.messaging.unit_of_work import Transaction
from shared.security.principal import Role
from shared.storage import Database, Document, Index

ACCOUNTS: Final = "accounts"
INDEXES: Final = (Index(ACCOUNTS, (("email", 1),), unique=True),)


class MongoAccounts:
    def __init__(self, database: Database) -> None:
        self._accounts = database.collection(ACCOUNTS)

    async def by_email(self, email: str) -> Account | None:
        return _account(await self._accounts.find_one({"email": email}))

    async def by_id(self, account_id: str) -> Account | None:
        return _account(await self._accounts.find_one({"_id": account_id}))

    async def add(self, tx: Transaction, account: Account) -> None:
        accounts = tx.collection(ACCOUNTS)
        if await accounts.find_one({"email": account.email}):
            raise AccountExistsError
        await accounts.insert_one(_document(account))

    async def replace(self, tx: Transaction, account: Account) -> None:
        await tx.collection(ACCOUNTS).replace_one({"_id": account.account_id}, _document(account))


def _document(account: Account) -> Document:
    return {
        "_id": account.account_id,
        "email": account.email,
        "password_hash": account.password_hash,
        "person_id": account.person_id,
        "roles": sorted(account.roles),
        "delegation_id": account.delegation_id,
        "epoch": account.epoch,
        "disabled": account.disabled,
    }


def _account(document: Document | None) -> Account | None:
    if document is None:
        return None
    return Account(
        account_id=document["_id"],
        email=document["email"],
        password_hash=document["password_hash"],
        person_id=document["person_id"],
        roles=frozenset(Role(role) for role in document["roles"]),
        delegation_id=document["delegation_id"],
        epoch=document["epoch"],
        disabled=document["disabled"],
    )
