"""Close the dossier of a withdrawn participant and end the badges."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.records import Bind
from services.accreditation.domain.events import RevocationReason
from shared.messaging.unit_of_work import Transaction


@dataclass(frozen=True)
class WithdrawDossier:
    participant_id: str


class WithdrawDossierHandler:
    def __init__(self, bind: Bind) -> None:
        self._bind = bind

    async def apply(self, tx: Transaction, command: WithdrawDossier) -> None:
        """Does nothing for a participant who was never submitted."""
        records = self._bind(tx)
        dossier = await records.dossier(command.participant_id)
        if dossier is None:
            return
        await records.save_dossier(dossier.withdrawn(tx.now))
        live = await records.live_badges(command.participant_id)
        ended, events = live.revoke_all(RevocationReason.WITHDRAWN, tx.now)
        await records.save_badges(ended)
        for event in events:
            tx.emit(event)
