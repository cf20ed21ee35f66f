"""A delegation withdrew a participant: the dossier is closed and the badge opens nothing any more."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.issue_badge import end_badges
from services.accreditation.application.ports import Badges, Dossiers
from services.accreditation.domain.badge import Reason
from shared.contracts.registration import ParticipantWithdrawn
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction


@dataclass(frozen=True)
class WithdrawDossier(Reaction[ParticipantWithdrawn, None]):
    dossiers: Dossiers
    badges: Badges

    async def apply(self, tx: Transaction, received: Received[ParticipantWithdrawn], prepared: None) -> None:
        del prepared
        dossier = await self.dossiers.by_id(received.data.participant_id, tx)
        if dossier is not None:
            await self.dossiers.save(tx, dossier.withdrawn())
            await end_badges(tx, self.badges, dossier.participant_id, Reason.WITHDRAWN)
