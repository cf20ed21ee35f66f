"""A delegation's list as its focal points see it: overview, quotas and waivers, history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.registration.application.list_parts import ListParts
from services.registration.application.scope import READERS, delegation_of, require_scope
from services.registration.application.show_roster import ShowRoster
from services.registration.domain.deadlines import Deadlines
from services.registration.domain.errors import UnknownDelegationError
from services.registration.domain.list_change import ListChange, NoteVerbale
from services.registration.domain.quota import Quota
from services.registration.domain.roster_query import RosterCounts
from services.registration.domain.standing import Standing, Turn
from services.registration.domain.waiver import Waiver
from shared.contracts.conference import Conference, Delegation
from shared.security.principal import Principal, Role

WAITING_SHOWN: Final = 50
CHANGES_MAX: Final = 100
NOTES_MAX: Final = 200
WAIVERS_MAX: Final = 200


@dataclass(frozen=True)
class Overview:
    conference: Conference
    delegation: Delegation
    deadlines: Deadlines
    quotas: Mapping[str, Quota]
    counts: RosterCounts
    waits_for_delegation: Sequence[Standing]
    changes: Sequence[ListChange]
    notes: Mapping[str, NoteVerbale]


class ShowList:
    def __init__(self, parts: ListParts, roster: ShowRoster) -> None:
        self._parts = parts
        self._roster = roster

    async def overview(self, principal: Principal, delegation_code: str) -> Overview:
        """Raises UnknownDelegationError."""
        counts = await self._roster.counts(principal, delegation_code)
        conference, delegation = await delegation_of(self._parts.conference, delegation_code)
        changes = await self._parts.changes.of_delegation(delegation_code, limit=10)
        waiting = await self._roster.first_of_turn(principal, delegation_code, Turn.DELEGATION, limit=WAITING_SHOWN)
        return Overview(
            conference=conference,
            delegation=delegation,
            deadlines=self._parts.deadlines(conference),
            quotas=await self.quotas(principal, delegation_code),
            counts=counts,
            waits_for_delegation=waiting,
            changes=changes,
            notes=await self._behind(changes),
        )

    async def quotas(self, principal: Principal, delegation_code: str) -> Mapping[str, Quota]:
        """By category, in the conference file's order. Raises UnknownDelegationError."""
        principal.require(*READERS)
        require_scope(principal, delegation_code)
        conference, _ = await delegation_of(self._parts.conference, delegation_code)
        found = await self._parts.quotas.of_delegation(delegation_code)
        return {each.code: found[each.code] for each in conference.categories if each.code in found}

    async def conference(self) -> Conference:
        """Raises UnknownDelegationError before a conference is loaded."""
        found = await self._parts.conference.current()
        if found is None:
            raise UnknownDelegationError
        return found

    async def names(self, principal: Principal, participant_ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
        """Arabic name, Latin name and rank of a delegation's own people, for its own pages; of others nothing."""
        principal.require(Role.FOCAL_POINT)
        found = await self._parts.participants.by_ids(sorted(set(participant_ids)))
        people = [each for each in found.values() if each.delegation == principal.delegation_id]
        wanted = ("name_arabic", "name_latin", "rank")
        known = await self._parts.vault.read([each.participant_id for each in people], wanted)
        return {
            each: (record.name_arabic or "", record.name_latin or "", record.rank or "")
            for each, record in known.items()
        }

    async def notes(self, principal: Principal, delegation_code: str) -> list[NoteVerbale]:
        """Raises UnknownDelegationError."""
        principal.require(Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER)
        require_scope(principal, delegation_code)
        await delegation_of(self._parts.conference, delegation_code)
        return await self._parts.notes.of_delegation(delegation_code, limit=NOTES_MAX)

    async def waivers(self, principal: Principal, delegation_code: str) -> tuple[list[Waiver], Mapping[str, str]]:
        """A delegation's waivers and their texts by id. Raises UnknownDelegationError."""
        principal.require(*READERS)
        require_scope(principal, delegation_code)
        await delegation_of(self._parts.conference, delegation_code)
        return await self._with_texts(await self._parts.waivers.of_delegation(delegation_code, limit=WAIVERS_MAX))

    async def waivers_asked(
        self, principal: Principal, *, decided: bool = False
    ) -> tuple[list[Waiver], Mapping[str, str], Mapping[str, NoteVerbale]]:
        """Every delegation's waivers with their texts and notes verbales by id.

        Those that wait for a decision, the oldest first; or those decided, the latest first.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        waivers = self._parts.waivers
        found = await (waivers.decided(limit=WAIVERS_MAX) if decided else waivers.asked(limit=WAIVERS_MAX))
        return *await self._with_texts(found), await self._behind(found)

    async def changes(
        self, principal: Principal, delegation_code: str
    ) -> tuple[list[ListChange], Mapping[str, NoteVerbale]]:
        """The latest changes with the notes verbales behind them, by id. Raises UnknownDelegationError."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, delegation_code)
        await delegation_of(self._parts.conference, delegation_code)
        found = await self._parts.changes.of_delegation(delegation_code, limit=CHANGES_MAX)
        return found, await self._behind(found)

    async def _behind(self, some: Sequence[ListChange | Waiver]) -> Mapping[str, NoteVerbale]:
        return await self._parts.notes.by_ids([each.note_id for each in some if each.note_id])

    async def _with_texts(self, waivers: list[Waiver]) -> tuple[list[Waiver], Mapping[str, str]]:
        ids = [text for each in waivers for text in (each.reason, each.answer) if text]
        return waivers, await self._parts.texts.read(ids)
