"""Who waits for the outside authority, as those see it who wait for its answer."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.screen_outside import COURIERS
from services.accreditation.application.show_queue import NamedDossier, named
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_ports import DossierViews, Urgent
from services.accreditation.domain.ports import Page, Views
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ShownAuthority:
    """`urgent` counts them all, whatever delegation the page is of."""

    page: Page[NamedDossier]
    urgent: Urgent
    conference: ConferenceRules | None


class ShowAuthority:
    def __init__(self, views: Views, dossiers: DossierViews, personal_data: PersonalData) -> None:
        self._views = views
        self._dossiers = dossiers
        self._personal_data = personal_data

    async def listed(self, principal: Principal, *, delegation: str | None, page: int) -> Page[Dossier]:
        """A page of 50, those due first. Raises RoleRequiredError."""
        principal.require(*COURIERS)
        return await self._dossiers.in_screening(delegation=delegation, page=page)

    async def __call__(self, principal: Principal, *, delegation: str | None, page: int) -> ShownAuthority:
        """The same with names for officers, whose read the vault audits; an administrator carries files and sees none.

        Raises RoleRequiredError.
        """
        found = await self.listed(principal, delegation=delegation, page=page)
        ids = [dossier.participant_id for dossier in found.rows]
        reads = ids if Role.ACCREDITATION_OFFICER in principal.roles else []
        people = await self._personal_data.read(reads, purpose=Purpose.REVIEW) if reads else {}
        conference = await self._views.conference()
        rows = []
        for dossier in found.rows:
            answer = people.get(dossier.participant_id)
            rows.append(named(dossier, answer if isinstance(answer, PersonalRecord) else None, conference))
        urgent = await self._dossiers.urgent(principal.person_id)
        return ShownAuthority(Page(rows, found.page, found.total), urgent, conference)
