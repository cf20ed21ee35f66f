"""A guard compared the face of an issued badge's first bearer and let them in: the badge is active from then on."""

from __future__ import annotations

from services.accreditation.application.records import Bind
from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.badge_errors import BadgeExpiredError, BadgeStateError
from shared.messaging.unit_of_work import Transaction


class ActivateAfterFaceCheckHandler:
    def __init__(self, bind: Bind) -> None:
        self._bind = bind

    async def apply(self, tx: Transaction, participant_id: str, badge_id: str) -> None:
        """Does nothing for a badge that is not issued any more: the gate's answer stays, and what ended it too."""
        records = self._bind(tx)
        live = await records.live_badges(participant_id)
        coming = live.coming
        if coming is None or coming.badge_id != badge_id or coming.state is not BadgeState.ISSUED:
            return
        try:
            badges, events = live.activate_coming(tx.now)
        except (BadgeStateError, BadgeExpiredError):
            return
        await records.save_badges(badges)
        for event in events:
            tx.emit(event)
