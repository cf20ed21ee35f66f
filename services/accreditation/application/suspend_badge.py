"""Suspend an active badge: every gate refuses it until it is resumed."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.one_badge import OneBadge
from services.accreditation.domain.badge import Badge
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role


class SuspendBadgeHandler:
    def __init__(self, one_badge: OneBadge) -> None:
        self._one_badge = one_badge

    async def __call__(self, principal: Principal, badge_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Raises RoleRequiredError, BadgeNotFoundError, BadgeStateError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._one_badge(badge_id, Badge.suspend, cause, key)
