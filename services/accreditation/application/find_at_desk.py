"""What the issuance desk sees of a badge: whose it is, the face to compare, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.accreditation.application.badge_face import holder
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_errors import BadgeNotFoundError, CredentialRefusedError
from services.accreditation.domain.badge_number import serial_of
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import Blank
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.ports import Signer, Views
from shared.security.credential import CredentialError
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import World

CREDENTIAL_MARK: Final = ":"


@dataclass(frozen=True)
class AtDesk:
    """`badge` is what was read; `badges` all that its holder ever had, the newest first; `at` is when.

    For a blank that nobody has yet, there is no holder.
    """

    badge: Badge | Blank
    person: PersonalRecord | None
    dossier: Dossier | None
    badges: Sequence[Badge]
    conference: ConferenceRules
    at: datetime

    @property
    def cards(self) -> int:
        """How many cards were ever printed for this person."""
        return sum(badge.prints for badge in self.badges)


class FindAtDesk:
    def __init__(
        self, views: Views, desk_views: DeskViews, signer: Signer, personal_data: PersonalData, world: World
    ) -> None:
        self._views = views
        self._desk_views = desk_views
        self._signer = signer
        self._personal_data = personal_data
        self._world = world

    async def __call__(self, principal: Principal, read: str) -> AtDesk:
        """By the symbol's text or the printed number; each read of the vault is audited there.

        Raises RoleRequiredError, NoConferenceError, CredentialRefusedError, BadgeNumberError, BadgeNotFoundError,
        PersonErasedError, PersonUnknownError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        found = await self._found(read.strip(), conference)
        at = self._world.now()
        if isinstance(found, Blank):
            return AtDesk(found, None, None, (), conference, at)
        participant_id = found.subject.participant_id
        answers = await self._personal_data.read([participant_id], purpose=Purpose.BADGE)
        person = holder(answers.get(participant_id))
        dossier = await self._views.dossier(participant_id)
        badges = await self._views.badges_of(participant_id)
        return AtDesk(found, person, dossier, badges, conference, at)

    async def _found(self, read: str, conference: ConferenceRules) -> Badge | Blank:
        if CREDENTIAL_MARK in read:
            try:
                badge_id = self._signer.badge_id_of(read, conference.number)
            except CredentialError as error:
                raise CredentialRefusedError(error.code.removeprefix("credential.")) from None
            found = await self._desk_views.by_badge_id(badge_id)
        else:
            found = await self._desk_views.by_serial(serial_of(read))
        if found is None:
            raise BadgeNotFoundError
        return found
