"""Accounts in MongoDB."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from services.identity.domain.account import Account, AccountExistsError
from shared.messaging.unit_of_work import Transaction
from shared.security.principal import Role
from shared.storage import Database, Document, Index

ACCOUNTS: Final = "accounts"
INDEXES: Final = (
    # The field's name is older than shared addresses: it holds the whole of what somebody signs in with.
    Index(ACCOUNTS, (("email", 1),), unique=True),
    Index(ACCOUNTS, (("delegation_id", 1),)),
    Index(ACCOUNTS, (("person_id", 1),)),
    Index(ACCOUNTS, (("epoch_raised_at", 1),), partial={"epoch_raised_at": {"$type": "date"}}),
)
_MANY: Final = 10_000
_OF_ONE_MAX: Final = 20


class MongoAccounts:
    def __init__(self, database: Database) -> None:
        self._accounts = database.collection(ACCOUNTS)

    async def by_sign_in(self, sign_in_id: str) -> Account | None:
        return _account(await self._accounts.find_one({"email": sign_in_id}))

    async def by_id(self, account_id: str) -> Account | None:
        return _account(await self._accounts.find_one({"_id": account_id}))

    async def add(self, tx: Transaction, account: Account) -> None:
        accounts = tx.collection(ACCOUNTS)
        if await accounts.find_one({"email": account.sign_in_id}):
            raise AccountExistsError
        await accounts.insert_one(_document(account))

    async def of_delegation(self, delegation_id: str) -> list[Account]:
        found = await self._accounts.find({"delegation_id": delegation_id}, sort=[("_id", 1)], limit=_MANY)
        return [account for account in map(_account, found) if account]

    async def of_person(self, person_id: str) -> list[Account]:
        found = await self._accounts.find({"person_id": person_id}, sort=[("_id", 1)], limit=_OF_ONE_MAX)
        return [account for account in map(_account, found) if account]

    async def count_in_use(self, tx: Transaction, delegation_id: str) -> int:
        return await tx.collection(ACCOUNTS).count({"delegation_id": delegation_id, "disabled": False})

    async def raised_since(self, moment: datetime) -> list[Account]:
        found = await self._accounts.find({"epoch_raised_at": {"$gte": moment}}, limit=_MANY)
        return [account for account in map(_account, found) if account]

    async def replace(self, tx: Transaction, account: Account) -> None:
        await tx.collection(ACCOUNTS).replace_one({"_id": account.account_id}, _document(account))

    async def end_sessions(self, generations: int, at: datetime) -> None:
        await self._accounts.update_many({}, {"$inc": {"epoch": generations}, "$set": {"epoch_raised_at": at}})


def _document(account: Account) -> Document:
    return {
        "_id": account.account_id,
        "email": account.sign_in_id,
        "address": account.email,
        "password_hash": account.password_hash,
        "person_id": account.person_id,
        "roles": sorted(account.roles),
        "delegation_id": account.delegation_id,
        "epoch": account.epoch,
        "disabled": account.disabled,
        "sign_in_name": account.sign_in_name,
        "name_text_id": account.name_text_id,
        "is_head": account.is_head,
        "password_drawn": account.password_drawn,
        "epoch_raised_at": account.epoch_raised_at,
    }


def _account(document: Document | None) -> Account | None:
    if document is None:
        return None
    return Account(
        account_id=document["_id"],
        email=document["address"] if "address" in document else document["email"],
        password_hash=document["password_hash"],
        person_id=document["person_id"],
        roles=frozenset(Role(role) for role in document["roles"]),
        delegation_id=document["delegation_id"],
        epoch=document["epoch"],
        disabled=document["disabled"],
        sign_in_name=document.get("sign_in_name", ""),
        name_text_id=document.get("name_text_id"),
        is_head=document.get("is_head", False),
        password_drawn=document.get("password_drawn", False),
        epoch_raised_at=document.get("epoch_raised_at"),
    )
