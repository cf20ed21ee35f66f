"""Run the automatic checks of a dossier: the step that a submission and a correction share."""

from __future__ import annotations

from datetime import datetime

from services.accreditation.application.prepare_badge import PrepareBadge
from services.accreditation.domain.checks import CheckRules, Person, run_checks
from services.accreditation.domain.dossier import Dossier, DossierState
from services.accreditation.domain.events import DomainEvent
from services.accreditation.domain.hits import NO_HITS
from services.accreditation.domain.ports import Records
from shared.errors import InfrastructureError
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose


class CheckDossier:
    def __init__(self, personal_data: PersonalData, prepare_badge: PrepareBadge) -> None:
        self._personal_data = personal_data
        self._prepare_badge = prepare_badge

    async def person(self, participant_id: str) -> Person | None:
        """The personal data to check, None for somebody erased or unknown. Raises InfrastructureError."""
        found = await self._personal_data.read([participant_id], purpose=Purpose.AUTOMATIC_CHECKS)
        answer = found.get(participant_id)
        return answer if isinstance(answer, PersonalRecord) else None

    async def __call__(
        self, records: Records, dossier: Dossier, person: Person | None, at: datetime
    ) -> tuple[DomainEvent, ...]:
        """Write the dossier with its checks, and its badge where the category decides automatically.

        Raises InfrastructureError until a conference is known: the event waits for it, it is not at fault. Raises
        UnknownCategoryError.
        """
        conference = await records.conference()
        if conference is None:
            raise InfrastructureError("no conference is known yet")
        category = conference.category(dossier.submission.category)
        rules = CheckRules(
            category=category,
            nationality=conference.nationality_of(dossier.subject.delegation),
            first_day=conference.first_day,
            last_day=conference.last_day,
        )
        checks = run_checks(person, has_photo=dossier.submission.has_photo, rules=rules)
        checked, events = dossier.checked(checks, NO_HITS, category.workflow, at)
        await records.save_dossier(checked)
        if checked.state is not DossierState.APPROVED:
            return events
        return (*events, *await self._prepare_badge.if_needed(records, checked, conference, at))
