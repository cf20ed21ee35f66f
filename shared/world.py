"""Time, identifiers and randomness, passed in so that a test can decide them."""

from __future__ import annotations

import os
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
    random_bytes: Callable[[int], bytes] = os.urandom

    def new_id(self) -> str:
        """A UUID version 7 (RFC 9562, section 5.7): unique, and roughly ordered by time."""
        milliseconds = int(self.now().timestamp() * 1000)
        raw = bytearray(milliseconds.to_bytes(6, "big") + self.random_bytes(10))
        raw[6] = 0x70 | (raw[6] & 0x0F)
        raw[8] = 0x80 | (raw[8] & 0x3F)
        text = raw.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


SYSTEM = World()
