"""Permit requests for officers: as data, and with names and marks for as long as a page is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.dossier_ports import DossierViews
from services.accreditation.domain.permit_ports import PermitViews
from services.accreditation.domain.permit_request import PermitRequest, PermitRequestState
from services.accreditation.domain.ports import Page, Views
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.security.sealed_texts import SealedTexts


@dataclass(frozen=True)
class ShownPermits:
    """`marks` lacks what was erased, `names` whom the vault knows no more; `states` are of everybody's dossiers."""

    page: Page[PermitRequest]
    marks: Mapping[str, str]
    names: Mapping[str, PersonalRecord]
    states: Mapping[str, DossierState]
    conference: ConferenceRules | None


class ShowPermitRequests:
    def __init__(
        self,
        views: Views,
        dossiers: DossierViews,
        permits: PermitViews,
        personal_data: PersonalData,
        texts: SealedTexts,
    ) -> None:
        self._views = views
        self._dossiers = dossiers
        self._permits = permits
        self._personal_data = personal_data
        self._texts = texts

    async def listed(
        self, principal: Principal, *, delegation: str | None, state: PermitRequestState | None, page: int
    ) -> Page[PermitRequest]:
        """Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        return await self._permits.listed(delegation=delegation, state=state, page=page)

    async def __call__(
        self, principal: Principal, *, delegation: str | None, state: PermitRequestState | None, page: int
    ) -> ShownPermits:
        """Each read of personal data is audited by the vault. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._named(await self._permits.listed(delegation=delegation, state=state, page=page))

    async def of_bearer(self, principal: Principal, participant_id: str) -> ShownPermits:
        """All that was asked for one person, the newest first. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        found = await self._permits.of_bearer(participant_id)
        return await self._named(Page(found, 1, len(found)))

    async def _named(self, page: Page[PermitRequest]) -> ShownPermits:
        people = list(dict.fromkeys(who for each in page.rows for who in (each.subject.participant_id, *each.manifest)))
        answers = await self._personal_data.read(people, purpose=Purpose.REVIEW) if people else {}
        dossiers = await self._dossiers.dossiers(people) if people else {}
        marks = [each.mark_text_id for each in page.rows]
        return ShownPermits(
            page=page,
            marks=await self._texts.read(marks) if marks else {},
            names={who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)},
            states={who: dossier.state for who, dossier in dossiers.items()},
            conference=await self._views.conference(),
        )
