"""Revoke a badge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.records import Bind, participant_lock
from services.accreditation.domain.errors import BadgeNotFoundError
from services.accreditation.domain.events import RevocationReason
from services.accreditation.domain.ports import Views
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class RevokeBadge:
    badge_id: str
    reason: RevocationReason


class RevokeBadgeHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, views: Views) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._views = views

    async def __call__(
        self, principal: Principal, command: RevokeBadge, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The badge's state afterwards. Raises RoleRequiredError, BadgeNotFoundError, BadgeStateError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        known = await self._views.badge(command.badge_id)
        if known is None:
            raise BadgeNotFoundError

        async def work(tx: Transaction) -> dict[str, Any]:
            records = self._bind(tx)
            badge = await records.badge(command.badge_id)
            if badge is None:
                raise BadgeNotFoundError
            revoked, event = badge.revoke(command.reason, tx.now)
            await records.save_badges([revoked])
            tx.emit(event)
            return {"badge_id": revoked.badge_id, "state": revoked.state.value}

        lock = participant_lock(known.subject.participant_id)
        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=lock)
