"""A delegation's notices, a page at a time from the latest on, and until when this account has seen them."""

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

NOTICES_A_PAGE: Final = 50


@dataclass(frozen=True)
class NoticesShown:
    """A page, the latest first. `older` and `newer` are notices behind and before which the next page is, if one is."""

    notices: Sequence[Notice]
    seen_until: datetime | None
    older: str | None = None
    newer: str | None = None

    def is_new(self, notice: Notice) -> bool:
        return self.seen_until is None or notice.at > self.seen_until


class ShowNotices:
    def __init__(self, notices: Notices, conference: ConferenceCopy, unit_of_work: UnitOfWork) -> None:
        self._notices = notices
        self._conference = conference
        self._unit_of_work = unit_of_work

    async def __call__(
        self, principal: Principal, delegation: str, *, older: str = "", newer: str = ""
    ) -> NoticesShown:
        """The page next to a notice on its older or newer side; the latest where there is none.

        Raises UnknownDelegationError.
        """
        await self._require(principal, delegation)
        seen_until = await self._notices.seen_until(delegation, principal.account_id)
        beside = await self._notices.one(delegation, newer or older) if newer or older else None
        found: list[Notice] = []
        if beside is not None and newer:
            found = await self._notices.newer(delegation, beside, limit=NOTICES_A_PAGE + 1)
        elif beside is not None:
            found = await self._notices.older(delegation, beside, limit=NOTICES_A_PAGE + 1)
        is_first = not found
        if is_first:
            found = await self._notices.older(delegation, None, limit=NOTICES_A_PAGE + 1)
        page, is_more = found[:NOTICES_A_PAGE], len(found) > NOTICES_A_PAGE
        if newer and not is_first:
            # Behind these is the one that was asked from.
            return NoticesShown(page[::-1], seen_until, page[0].notice_id, page[-1].notice_id if is_more else None)
        return NoticesShown(
            page, seen_until, page[-1].notice_id if is_more else None, page[0].notice_id if not is_first else None
        )

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
