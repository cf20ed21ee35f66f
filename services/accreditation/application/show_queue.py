"""The queue as an officer's page shows it: with names, for as long as the page is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.accreditation.domain.conference_rules import ConferenceRules, Words
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_ports import DossierViews, Urgent
from services.accreditation.domain.ports import Page, Views
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class NamedDossier:
    """`person` is None where the vault knows nobody any more; `claimed_by` is another officer who works on it now.

    `due` is the time limit in the conference's time.
    """

    dossier: Dossier
    person: PersonalRecord | None
    delegation: Words
    category: Words
    claimed_by: str | None = None
    due: datetime | None = None


class ShowQueue:
    def __init__(self, views: Views, dossiers: DossierViews, personal_data: PersonalData, world: World) -> None:
        self._views = views
        self._dossiers = dossiers
        self._personal_data = personal_data
        self._world = world

    async def __call__(self, principal: Principal, *, delegation: str | None, page: int) -> Page[NamedDossier]:
        """The same page as the queue's, each read of personal data audited by the vault. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        found = await self._views.queue(delegation=delegation, page=page)
        conference = await self._views.conference()
        people = await self._people(found.rows)
        claims = await self._dossiers.claims([dossier.participant_id for dossier in found.rows])
        others = {
            participant_id: claim.officer.person_id
            for participant_id, claim in claims.items()
            if claim.until > self._world.now() and claim.officer.person_id != principal.person_id
        }
        rows = [
            replace(
                named(dossier, people.get(dossier.participant_id), conference),
                claimed_by=others.get(dossier.participant_id),
            )
            for dossier in found.rows
        ]
        return Page(rows, found.page, found.total)

    async def urgent(self, principal: Principal) -> Urgent:
        """What of the queue cannot wait, for this officer. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._dossiers.urgent(principal.person_id)

    async def conference(self) -> ConferenceRules | None:
        """For what the page offers: delegations by their names."""
        return await self._views.conference()

    async def _people(self, dossiers: Sequence[Dossier]) -> dict[str, PersonalRecord]:
        ids = [dossier.participant_id for dossier in dossiers]
        answers = await self._personal_data.read(ids, purpose=Purpose.REVIEW) if ids else {}
        return {person: answer for person, answer in answers.items() if isinstance(answer, PersonalRecord)}


def named(dossier: Dossier, person: PersonalRecord | None, conference: ConferenceRules | None) -> NamedDossier:
    delegation = conference.delegations.get(dossier.subject.delegation) if conference else None
    category = conference.categories.get(dossier.submission.category) if conference else None
    return NamedDossier(
        dossier,
        person,
        delegation.name if delegation else _as_code(dossier.subject.delegation),
        category.name if category else _as_code(dossier.submission.category),
        due=dossier.limit.due.astimezone(conference.timezone) if dossier.limit and conference else None,
    )


def _as_code(code: str) -> Words:
    """What a later version of the conference no longer names is shown by its code."""
    return dict.fromkeys(("ar", "fr", "en"), code)
