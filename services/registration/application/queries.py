"""What a delegation sees of itself: its imports, its roster, its quota."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.registration.application.commit_import import own_import
from services.registration.application.import_files import ANNOTATED, CHANGES, WORDS
from services.registration.application.own_people import own_participant
from services.registration.application.preview_changes import read
from services.registration.application.refused_words import read_words
from services.registration.application.scope import READERS, delegation_of, require_scope
from services.registration.domain.errors import ImportExpiredError
from services.registration.domain.participant import Participant
from services.registration.domain.ports import Imports, Participants, Quotas
from services.registration.domain.quota import Quota
from services.registration.domain.roster_import import ImportNotCheckedError, ImportState, RosterImport
from services.registration.domain.row_change import RowChange
from services.registration.vault.files import SealedFiles
from services.registration.vault.store import Vault
from shared.conference import ConferenceCopy
from shared.security.principal import Principal, Role

PAGE_MAX: Final = 200
LATEST: Final = 20


class GetImport:
    def __init__(self, imports: Imports, conference: ConferenceCopy, files: SealedFiles) -> None:
        self._imports = imports
        self._conference = conference
        self._files = files

    async def __call__(self, principal: Principal, import_id: str) -> RosterImport:
        """Raises UnknownImportError, also for another delegation's."""
        principal.require(Role.FOCAL_POINT)
        return own_import(principal, await self._imports.by_id(import_id))

    async def latest(self, principal: Principal, delegation: str) -> list[RosterImport]:
        """The delegation's last imports, without their faults. Raises UnknownDelegationError."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, delegation)
        await delegation_of(self._conference, delegation)
        return await self._imports.of_delegation(delegation, limit=LATEST)

    async def annotated_workbook(self, principal: Principal, import_id: str) -> bytes:
        """The workbook with its remarks.

        Raises UnknownImportError, ImportNotCheckedError, and ImportExpiredError after 24 hours.
        """
        found = await self(principal, import_id)
        if found.state in (ImportState.CHECKING, ImportState.REFUSED):
            raise ImportNotCheckedError
        content = await self._files.get(found.import_id, ANNOTATED)
        if content is None:
            raise ImportExpiredError
        return content

    async def changes(self, principal: Principal, import_id: str) -> list[RowChange]:
        """What a dry run found that rows would change; nothing unless it waits to be registered, or after 24 hours.

        Raises UnknownImportError.
        """
        found = await self(principal, import_id)
        waits = found.state is ImportState.CHECKED
        content = await self._files.get(found.import_id, CHANGES) if waits else None
        return read(content) if content is not None else []

    async def words(self, principal: Principal, import_id: str) -> Mapping[str, str]:
        """What stands where a word was refused, by place; nothing after 24 hours. Raises UnknownImportError."""
        found = await self(principal, import_id)
        content = await self._files.get(found.import_id, WORDS)
        return read_words(content) if content is not None else {}


class ListParticipants:
    def __init__(self, participants: Participants, conference: ConferenceCopy, vault: Vault) -> None:
        self._participants = participants
        self._conference = conference
        self._vault = vault

    async def __call__(self, principal: Principal, delegation: str, *, after: str = "") -> list[Participant]:
        """A page of a delegation's participants, by id. Raises UnknownDelegationError."""
        principal.require(*READERS)
        require_scope(principal, delegation)
        await delegation_of(self._conference, delegation)
        drafts = Role.FOCAL_POINT in principal.roles
        return await self._participants.of_delegation(delegation, after=after, limit=PAGE_MAX, drafts=drafts)


class GetParticipant:
    def __init__(self, participants: Participants) -> None:
        self._participants = participants

    async def __call__(self, principal: Principal, participant_id: str) -> Participant:
        """Raises UnknownParticipantError, also for another delegation's."""
        principal.require(*READERS)
        return own_participant(principal, await self._participants.by_id(participant_id))


class GetQuota:
    def __init__(self, quotas: Quotas, conference: ConferenceCopy) -> None:
        self._quotas = quotas
        self._conference = conference

    async def __call__(self, principal: Principal, delegation: str) -> dict[str, Quota]:
        """By category. Raises UnknownDelegationError."""
        principal.require(*READERS)
        require_scope(principal, delegation)
        await delegation_of(self._conference, delegation)
        return await self._quotas.of_delegation(delegation)
