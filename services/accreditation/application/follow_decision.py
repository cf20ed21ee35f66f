"""What every step of a dossier leads to, in the step's own commit: the badge of who is approved, the end of every badge
of who is rejected.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.accreditation.application.prepare_badge import PrepareBadge
from services.accreditation.application.records import conference_of
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.events import DossierEvent, RevocationReason
from services.accreditation.domain.ports import Records
from shared.messaging.unit_of_work import Transaction


class FollowDecision:
    def __init__(self, prepare_badge: PrepareBadge) -> None:
        self._prepare_badge = prepare_badge

    async def __call__(
        self, tx: Transaction, records: Records, dossier: Dossier, events: Iterable[DossierEvent]
    ) -> None:
        """Write the dossier, tell its events, and do what follows. Raises BusyError when another writer was faster."""
        await records.save_dossier(dossier)
        for event in events:
            tx.emit(event)
        if dossier.state is DossierState.APPROVED:
            conference = await conference_of(records)
            for prepared in await self._prepare_badge.if_needed(records, dossier, conference, tx.now):
                tx.emit(prepared)
        elif dossier.state is DossierState.REJECTED:
            live = await records.live_badges(dossier.participant_id)
            ended, told = live.revoke_all(RevocationReason.REJECTED, tx.now)
            await records.save_badges(ended)
            for revoked in told:
                tx.emit(revoked)
