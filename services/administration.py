"""What the administrator of the machine does without signing in: whoever holds the secrets is the administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from services.composition import built
from services.identity.application.open_account import OpenAccount
from services.identity.settings import IdentitySettings
from shared.messaging.kernel import INDEXES as KERNEL_INDEXES
from shared.messaging.unit_of_work import Cause, CommandKey
from shared.security.principal import Principal, Role
from shared.service import Parts
from shared.world import SYSTEM


async def open_administrator(email: str, password: str) -> None:
    """Open an administrator's account, with identity's settings from the environment. Raises identity's refusals."""
    with ThreadPoolExecutor(1) as pool:
        parts = Parts(client=lambda _name: httpx.AsyncClient(), pool=pool)
        async with built("identity", IdentitySettings(), parts) as service:
            await service.kernel.database.ensure_indexes([*KERNEL_INDEXES, *service.indexes])
            machine = Principal("machine", "machine", frozenset({Role.ADMINISTRATOR}))
            wanted = OpenAccount(email, password, f"person-{email}", frozenset({Role.ADMINISTRATOR}))
            key = SYSTEM.new_id()
            await service.application.open_account(  # type: ignore[attr-defined]  # identity's own application
                machine, wanted, Cause(key, None, None, machine.account_id), CommandKey(machine.account_id, key, key)
            )
