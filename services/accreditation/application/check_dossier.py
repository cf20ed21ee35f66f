"""Run the automatic checks of a dossier: the step that a submission and a correction share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.accreditation.application.prepare_badge import PrepareBadge
from services.accreditation.application.screen_participants import ScreenParticipant
from services.accreditation.domain.checks import CheckRules, run_checks
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.events import DomainEvent, DossierEvent
from services.accreditation.domain.ports import Records
from shared.errors import InfrastructureError
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.same_people import SamePeople


@dataclass(frozen=True)
class CheckedPerson(PersonalRecord):
    """A person as the checks look at one: the record, and the participants who may be the same person."""

    doubles: tuple[str, ...] = ()

    @property
    def registered_elsewhere(self) -> int:
        return len(self.doubles)


class CheckDossier:
    def __init__(
        self,
        personal_data: PersonalData,
        same_people: SamePeople,
        prepare_badge: PrepareBadge,
        screen: ScreenParticipant,
    ) -> None:
        self._personal_data = personal_data
        self._same_people = same_people
        self._prepare_badge = prepare_badge
        self._screen = screen

    async def person(self, participant_id: str) -> CheckedPerson | None:
        """The personal data to check, None for somebody erased or unknown. Raises InfrastructureError."""
        await self._screen.lists.ready()
        found, same = await asyncio.gather(
            self._personal_data.read([participant_id], purpose=Purpose.AUTOMATIC_CHECKS),
            self._same_people.of(participant_id),
            return_exceptions=True,
        )
        if isinstance(found, BaseException):
            raise found
        answer = found.get(participant_id)
        if not isinstance(answer, PersonalRecord):
            return None  # nor does anybody know then who may be the same
        if isinstance(same, BaseException):
            raise same
        return CheckedPerson(**vars(answer), doubles=tuple(each.participant_id for each in same))

    async def _look_again(self, records: Records, doubles: Sequence[str]) -> tuple[DossierEvent, ...]:
        """Earlier dossiers were checked when this double was not there yet."""
        told: tuple[DossierEvent, ...] = ()
        for participant_id in doubles:
            earlier = await records.dossier(participant_id)
            found = earlier.double_found() if earlier is not None else None
            if found is not None:
                await records.save_dossier(found[0])
                told += found[1]
        return told

    async def __call__(
        self, tx: Transaction, records: Records, dossier: Dossier, person: CheckedPerson | None
    ) -> tuple[DomainEvent, ...]:
        """Write the dossier with its checks, and its badge where the category decides automatically.

        Raises InfrastructureError until a conference is known: the event waits for it, it is not at fault. Raises
        UnknownCategoryError.
        """
        at = tx.now
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
        stamp = self._screen.lists.stamp
        found = self._screen.lists.findings(person) if person is not None else []
        hits = await self._screen(tx, dossier, found, at)
        checked, events = dossier.checked(checks, hits, category.workflow, at)
        await records.save_dossier(replace(checked, screened_against=stamp))
        if person is not None:
            events = (*events, *await self._look_again(records, person.doubles))
        if checked.state is not DossierState.APPROVED:
            return events
        return (*events, *await self._prepare_badge.if_needed(records, checked, conference, at))
