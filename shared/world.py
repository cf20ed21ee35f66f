"""Time, identifiers and randomness, passed in so that a test can decide them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class World:
    """What a service may not take from thin air.

    `now` answers an aware UTC time; `random_bytes(n)` answers n bytes fit for keys.
    """

    now: Callable[[], datetime] = _system_now
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    def new_id(self) -> str:
        """A UUID version 7 (RFC 9562, section 5.7): unique, and roughly ordered by time."""
        milliseconds = int(self.now().timestamp() * 1000)
        raw = bytearray(milliseconds.to_bytes(6, "big") + self.random_bytes(10))
        raw[6] = 0x70 | (raw[6] & 0x0F)
        raw[8] = 0x80 | (raw[8] & 0x3F)
        return str(uuid.UUID(bytes=bytes(raw)))


SYSTEM = World()
