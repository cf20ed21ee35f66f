"""Why something happens: carried from a request or an event into everything that it leads to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

_COMMANDS: Final = uuid.UUID("5f0f6c52-7f0b-5a35-9d0c-6a1f4f4e7d11")


@dataclass(frozen=True, slots=True)
class Cause:
    """`correlation_id` names the whole story, `causation_id` the command or event just before, `actor` the account."""

    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    actor: str


@dataclass(frozen=True)
class CommandKey:
    """A caller's Idempotency-Key with a fingerprint of what was asked under it."""

    account_id: str
    key: str
    fingerprint: str

    @property
    def command_id(self) -> str:
        """The id that the command's events carry as their cause; the same call repeated has the same one."""
        return str(uuid.uuid5(_COMMANDS, f"{self.account_id}\0{self.key}"))
