"""One command over one badge, in one commit, queued with all else that is written of its holder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.accreditation.application.records import Bind, participant_lock
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_errors import BadgeNotFoundError
from services.accreditation.domain.events import BadgeEvent
from services.accreditation.domain.ports import Views
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork

Step = Callable[[Badge, datetime], tuple[Badge, BadgeEvent]]


class OneBadge:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, views: Views) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._views = views

    async def __call__(self, badge_id: str, step: Step, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """The badge's state afterwards. Raises BadgeNotFoundError and whatever the step refuses with."""
        known = await self._views.badge(badge_id)
        if known is None:
            raise BadgeNotFoundError

        async def work(tx: Transaction) -> dict[str, Any]:
            records = self._bind(tx)
            badge = await records.badge(badge_id)
            if badge is None:
                raise BadgeNotFoundError
            changed, event = step(badge, tx.now)
            await records.save_badges([changed])
            tx.emit(event)
            return {"badge_id": changed.badge_id, "state": changed.state.value}

        lock = participant_lock(known.subject.participant_id)
        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=lock)
