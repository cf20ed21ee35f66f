"""Password hashes.

Argon2id, off the event loop, at the first of the costs that OWASP names as equally strong (Password Storage Cheat
Sheet, "Argon2id"): 46 MiB, one pass, one lane. RFC 9106's second option, the library's default, takes three times the
processor, on the two cores that officers and delegations work on meanwhile.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

AT_ONCE: Final = 2
MEMORY_KIB: Final = 47_104


class Argon2Passwords:
    """Hashing takes about 0.06 s and 46 MiB, so few run at once.

    A flood of sign-ins queues instead of filling memory.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=MEMORY_KIB, parallelism=1)
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._nobody = _nobodys(self._hasher)

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        async with self._gate:
            matches = await asyncio.to_thread(self._verify, password_hash or self._nobody, password)
        return matches and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False


def _nobodys(hasher: PasswordHasher) -> str:
    """What no password matches and what costs as much to try as any (PHC string format), made without hashing."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19${cost}${salt}${digest}"
