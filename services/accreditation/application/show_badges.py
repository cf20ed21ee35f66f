"""Badges as an officer's page shows them: with names, for as long as the page is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import Page, Views
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ShownBadges:
    """A page of badges; `names` lacks those whom the vault knows no more."""

    page: Page[Badge]
    names: Mapping[str, PersonalRecord]
    conference: ConferenceRules | None


class ShowBadges:
    def __init__(self, views: Views, personal_data: PersonalData) -> None:
        self._views = views
        self._personal_data = personal_data

    async def __call__(self, principal: Principal, *, delegation: str | None, page: int) -> ShownBadges:
        """Each read of personal data is audited by the vault. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        found = await self._views.badges(delegation=delegation, state=None, page=page)
        ids = list(dict.fromkeys(badge.subject.participant_id for badge in found.rows))
        answers = await self._personal_data.read(ids, purpose=Purpose.REVIEW) if ids else {}
        names = {who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)}
        return ShownBadges(found, names, await self._views.conference())
