"""How a use case reaches the books inside its transaction."""

from __future__ import annotations

from collections.abc import Callable

from services.accreditation.domain.badge_ports import BadgeBooks
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.dossier_ports import DossierBooks
from services.accreditation.domain.permit_ports import PermitRequests
from services.accreditation.domain.ports import Records
from services.accreditation.domain.reminder import ReminderBooks
from services.accreditation.domain.token_ports import Tokens
from shared.messaging.unit_of_work import Transaction

Bind = Callable[[Transaction], Records]
BindBooks = Callable[[Transaction], BadgeBooks]
BindTokens = Callable[[Transaction], Tokens]
BindReminders = Callable[[Transaction], ReminderBooks]
BindPermits = Callable[[Transaction], PermitRequests]
BindDossierBooks = Callable[[Transaction], DossierBooks]


async def conference_of(records: Records) -> ConferenceRules:
    """Raises NoConferenceError."""
    found = await records.conference()
    if found is None:
        raise NoConferenceError
    return found


def participant_lock(participant_id: str) -> str:
    """Writers of one participant's dossier and badges queue under this name."""
    return f"participant:{participant_id}"
