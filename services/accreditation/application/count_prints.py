"""Count what leaves the office on paper, where no numbered cards are kept that would tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.accreditation.application.records import Bind, conference_of
from services.accreditation.domain.events import BadgesPrinted
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal

AT_ONCE: Final = 500


class CountPrints:
    """Each time a badge's page is taken counts, a second time too: what is done with a file, only paper knows."""

    def __init__(self, unit_of_work: UnitOfWork, bind: Bind) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(self, principal: Principal, what: str, badge_ids: Sequence[str], cause: Cause) -> None:
        """`what` is the print job, or the badge that was taken alone. Nothing where numbered cards are kept.

        Five hundred in one commit, told in the audit log without whose they are. Raises NoConferenceError.
        """
        for start in range(0, len(badge_ids), AT_ONCE):
            some = badge_ids[start : start + AT_ONCE]

            async def count(tx: Transaction, some: Sequence[str] = some) -> None:
                records = self._bind(tx)
                if (await conference_of(records)).numbered_cards:
                    return
                await records.count_prints(some)
                tx.emit(BadgesPrinted(what, len(some), principal.account_id, principal.person_id))

            await self._unit_of_work.run(count, cause=cause)
