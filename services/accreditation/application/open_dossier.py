"""Open the dossier of a submitted participant."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.check_dossier import CheckDossier, CheckedPerson
from services.accreditation.application.records import Bind
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import Submission
from services.accreditation.domain.events import Subject
from shared.messaging.unit_of_work import Transaction


@dataclass(frozen=True)
class OpenDossier:
    subject: Subject
    submission: Submission


class OpenDossierHandler:
    def __init__(self, bind: Bind, check: CheckDossier) -> None:
        self._bind = bind
        self._check = check

    async def prepare(self, command: OpenDossier) -> CheckedPerson | None:
        """What the checks look at, fetched before the transaction. Raises InfrastructureError."""
        return await self._check.person(command.subject.participant_id)

    async def apply(self, tx: Transaction, command: OpenDossier, person: CheckedPerson | None) -> None:
        """Open the dossier, or take it up again, withdrawn ones too, when a later revision was submitted."""
        records = self._bind(tx)
        dossier = await records.dossier(command.subject.participant_id)
        if dossier is not None and command.submission.revision <= dossier.submission.revision:
            return
        opened = (
            dossier.resubmitted(command.submission, tx.now)
            if dossier
            else Dossier.open(command.subject, command.submission, tx.now)
        )
        for event in await self._check(tx, records, opened, person):
            tx.emit(event)
