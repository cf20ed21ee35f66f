"""What the administrator of the machine does without signing in: whoever holds the secrets is the administrator."""

from __future__ import annotations

from services.identity.adapters.mongo import INDEXES, MongoAccounts
from services.identity.adapters.passwords import Argon2Passwords
from services.identity.application.open_account import OpenAccount, OpenAccountHandler
from services.identity.settings import IdentitySettings
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import INDEXES as UNIT_OF_WORK_INDEXES
from shared.messaging.unit_of_work import UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import SYSTEM


async def open_administrator(email: str, password: str) -> None:
    """Open an administrator's account, with identity's settings from the environment. Raises identity's refusals.

    Of identity only what that takes: an installation's first start waits for it.
    """
    settings = IdentitySettings()
    async with settings.store() as store:
        database = store.database(settings.database)
        await database.ensure_indexes([*UNIT_OF_WORK_INDEXES, *INDEXES])
        unit_of_work = UnitOfWork(database, service="identity", world=SYSTEM)
        open_account = OpenAccountHandler(MongoAccounts(database), Argon2Passwords(), unit_of_work, SYSTEM)
        machine = Principal("machine", "machine", frozenset({Role.ADMINISTRATOR}))
        wanted = OpenAccount(email, password, f"person-{email}", frozenset({Role.ADMINISTRATOR}))
        key = SYSTEM.new_id()
        cause = Cause(key, None, None, machine.account_id)
        await open_account(machine, wanted, cause, CommandKey(machine.account_id, key, key))
