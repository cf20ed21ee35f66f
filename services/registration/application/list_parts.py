"""What the use cases around a delegation's list work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.registration.application.check_roster import RosterCheck
from services.registration.domain.deadlines import Deadlines
from services.registration.domain.list_change import NoteRequiredError, NoteUnknownError
from services.registration.domain.ports import (
    Changes,
    Forms,
    Notes,
    Notices,
    Participants,
    PermitRequests,
    Quotas,
    Waivers,
)
from services.registration.vault.files import SealedFiles
from services.registration.vault.store import Vault
from services.registration.vault.texts import SealedTexts
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference
from shared.messaging.unit_of_work import UnitOfWork
from shared.world import World

PreparePhoto = Callable[[bytes], Awaitable[bytes]]


@dataclass(frozen=True)
class ListParts:
    """`prepare_photo` works off the event loop and raises the refusals of a photo."""

    conference: ConferenceCopy
    check: RosterCheck
    participants: Participants
    quotas: Quotas
    forms: Forms
    waivers: Waivers
    notes: Notes
    changes: Changes
    notices: Notices
    permits: PermitRequests
    texts: SealedTexts
    files: SealedFiles
    vault: Vault
    unit_of_work: UnitOfWork
    prepare_photo: PreparePhoto
    world: World

    def deadlines(self, conference: Conference) -> Deadlines:
        return self.check.deadlines(conference)

    async def require_note(self, conference: Conference, delegation: str, note_id: str | None) -> None:
        """Raises NoteRequiredError, and NoteUnknownError, also for another delegation's."""
        if note_id is None:
            if conference.note_verbale_required:
                raise NoteRequiredError
            return
        note = await self.notes.by_id(note_id)
        if note is None or note.delegation != delegation:
            raise NoteUnknownError


def list_of(delegation: str) -> str:
    """The aggregate whose writers queue: one delegation's list."""
    return f"delegation:{delegation}"
