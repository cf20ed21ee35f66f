"""Revoke a badge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.one_badge import OneBadge
from services.accreditation.domain.events import RevocationReason
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class RevokeBadge:
    badge_id: str
    reason: RevocationReason


class RevokeBadgeHandler:
    def __init__(self, one_badge: OneBadge) -> None:
        self._one_badge = one_badge

    async def __call__(
        self, principal: Principal, command: RevokeBadge, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The badge's state afterwards. Raises RoleRequiredError, BadgeNotFoundError, BadgeStateError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._one_badge(command.badge_id, lambda badge, at: badge.revoke(command.reason, at), cause, key)
