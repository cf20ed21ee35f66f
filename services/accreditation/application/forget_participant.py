"""Forget what was made from an erased person's data: alerts, and files in which their badge was drawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.accreditation.domain.watchlist_ports import AlertBooks
from shared.errors import InfrastructureError
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import Erased, PersonalData, Purpose

ForgetPrinted = Callable[[Transaction, str], Awaitable[list[str]]]


class ForgetParticipantHandler:
    """Badges, decisions and their history stay: they are references, which nothing can be read for any more."""

    def __init__(
        self,
        alerts: Callable[[Transaction], AlertBooks],
        forget_printed: ForgetPrinted,
        break_off: Callable[[list[str]], None],
        personal_data: PersonalData,
    ) -> None:
        self._alerts = alerts
        self._forget_printed = forget_printed
        self._break_off = break_off
        self._personal_data = personal_data

    async def prepare(self, participant_id: str) -> None:
        """Wait until the vault has nothing: what is forgotten before that could be made again by a check or a print.

        Raises InfrastructureError while the person can still be read; doing it again is right.
        """
        answers = await self._personal_data.read([participant_id], purpose=Purpose.BADGE)
        if not isinstance(answers.get(participant_id), Erased):
            raise InfrastructureError("the vault still knows who is being erased")

    async def apply(self, tx: Transaction, participant_id: str) -> None:
        await self._alerts(tx).forget(participant_id)
        self._break_off(await self._forget_printed(tx, participant_id))
