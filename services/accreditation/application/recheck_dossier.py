"""Check a corrected participant again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.accreditation.application.check_dossier import CheckDossier, CheckedPerson
from services.accreditation.application.records import Bind
from services.accreditation.domain.dossier_errors import DossierNotFoundError
from services.accreditation.domain.dossier_facts import Submission
from shared.messaging.unit_of_work import Transaction


@dataclass(frozen=True)
class RecheckDossier:
    participant_id: str
    submission: Submission
    changed: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


class RecheckDossierHandler:
    def __init__(self, bind: Bind, check: CheckDossier) -> None:
        self._bind = bind
        self._check = check

    async def prepare(self, command: RecheckDossier) -> CheckedPerson | None:
        """What the checks look at, fetched before the transaction. Raises InfrastructureError."""
        return await self._check.person(command.participant_id)

    async def apply(self, tx: Transaction, command: RecheckDossier, person: CheckedPerson | None) -> None:
        """Back to the checks, whatever was decided or withdrawn; a badge stays in force until something else is
        decided.

        Raises DossierNotFoundError: a correction before its submission cannot be.
        """
        records = self._bind(tx)
        dossier = await records.dossier(command.participant_id)
        if dossier is None:
            raise DossierNotFoundError
        if command.submission.revision <= dossier.submission.revision:
            return
        again = dossier.resubmitted(command.submission, tx.now, changed=command.changed, answers=command.answers)
        for event in await self._check(tx, records, again, person):
            tx.emit(event)
