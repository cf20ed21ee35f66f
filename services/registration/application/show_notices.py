"""A delegation's notices, the latest first, and until when this account has seen them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.notice import Notice
from services.registration.domain.ports import Notices
from shared.conference import ConferenceCopy
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role

NOTICES_MAX: Final = 200


@dataclass(frozen=True)
class NoticesShown:
    notices: Sequence[Notice]
    seen_until: datetime | None

    def is_new(self, notice: Notice) -> bool:
        return self.seen_until is None or notice.at > self.seen_until


class ShowNotices:
    def __init__(self, notices: Notices, conference: ConferenceCopy, unit_of_work: UnitOfWork) -> None:
        self._notices = notices
        self._conference = conference
        self._unit_of_work = unit_of_work

    async def __call__(self, principal: Principal, delegation: str) -> NoticesShown:
        """Raises UnknownDelegationError."""
        await self._require(principal, delegation)
        found = await self._notices.of_delegation(delegation, limit=NOTICES_MAX)
        return NoticesShown(found, await self._notices.seen_until(delegation, principal.account_id))

    async def mark_seen(self, principal: Principal, delegation: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Whatever is there now is seen by this account. Raises UnknownDelegationError."""
        await self._require(principal, delegation)

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._notices.mark_seen(tx, delegation, principal.account_id)
            return {"seen_until": tx.now.isoformat()}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)

    async def _require(self, principal: Principal, delegation: str) -> None:
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, delegation)
        await delegation_of(self._conference, delegation)
