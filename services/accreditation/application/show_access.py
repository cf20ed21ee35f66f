"""What a person's badge opens or would open, as a table, before and after the approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.accreditation.domain.access import PersonalAccess, ZoneRow, table_of
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierNotFoundError, NoConferenceError
from services.accreditation.domain.ports import Views
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ShownAccess:
    """`version` is that of what is personal: a change names it, and is refused when it is another by then."""

    dossier: Dossier
    conference: ConferenceRules
    personal: PersonalAccess
    table: Sequence[ZoneRow]
    version: int


class ShowAccess:
    def __init__(self, views: Views, personal_data: PersonalData) -> None:
        self._views = views
        self._personal_data = personal_data

    async def __call__(self, principal: Principal, participant_id: str) -> ShownAccess:
        """Raises RoleRequiredError, DossierNotFoundError, NoConferenceError, UnknownCategoryError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        dossier = await self._views.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        kept = await self._views.kept_access(participant_id)
        personal = kept.personal
        category = dossier.submission.category
        table = table_of(
            conference.access_of(category, personal),
            conference.access_of(category),
            conference.zone_order,
            conference.days,
        )
        return ShownAccess(dossier, conference, personal, table, kept.version)

    async def with_name(self, principal: Principal, participant_id: str) -> tuple[ShownAccess, PersonalRecord | None]:
        """The same for a page, with whom it is about for as long as the page is made."""
        shown = await self(principal, participant_id)
        answer = (await self._personal_data.read([participant_id], purpose=Purpose.REVIEW)).get(participant_id)
        return shown, answer if isinstance(answer, PersonalRecord) else None
