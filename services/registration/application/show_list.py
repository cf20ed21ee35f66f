"""A delegation's list as its focal points see it: overview, roster with filters, quotas and waivers, history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.registration.application.list_parts import ListParts
from services.registration.application.scope import READERS, delegation_of, require_scope
from services.registration.domain.deadlines import Deadlines
from services.registration.domain.errors import UnknownDelegationError
from services.registration.domain.list_change import ListChange, NoteVerbale
from services.registration.domain.participant import Participant, State
from services.registration.domain.person import comparable
from services.registration.domain.quota import Quota
from services.registration.domain.registration_form import Form
from services.registration.domain.standing import Standing, Turn
from services.registration.domain.waiver import Waiver
from shared.contracts.conference import Conference, Delegation
from shared.security.principal import Principal, Role

PEOPLE_MAX: Final = 2_000
CHANGES_MAX: Final = 100
NOTES_MAX: Final = 200
WAIVERS_MAX: Final = 200


@dataclass(frozen=True)
class Filter:
    """What of a roster is looked at; empty means everything. `text` is compared with names and rank."""

    category: str = ""
    state: str = ""
    turn: str = ""
    text: str = ""


@dataclass(frozen=True)
class Overview:
    conference: Conference
    delegation: Delegation
    deadlines: Deadlines
    quotas: Mapping[str, Quota]
    states: Mapping[str, int]
    turns: Mapping[str, int]
    waits_for_delegation: Sequence[Standing]
    changes: Sequence[ListChange]


class ShowList:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def overview(self, principal: Principal, delegation_code: str) -> Overview:
        """Raises UnknownDelegationError."""
        standings = await self.standings(principal, delegation_code)
        conference, delegation = await delegation_of(self._parts.conference, delegation_code)
        waiting = [each for each in standings if each.turn is Turn.DELEGATION]
        return Overview(
            conference=conference,
            delegation=delegation,
            deadlines=self._parts.deadlines(conference),
            quotas=await self.quotas(principal, delegation_code),
            states=Counter(each.participant.state.value for each in standings),
            turns=Counter(each.turn.value for each in standings),
            waits_for_delegation=waiting,
            changes=await self._parts.changes.of_delegation(delegation_code, limit=10),
        )

    async def standings(self, principal: Principal, delegation_code: str) -> list[Standing]:
        """Everybody of a delegation, by the delegation's own order of precedence. Raises UnknownDelegationError."""
        principal.require(*READERS)
        require_scope(principal, delegation_code)
        conference, _ = await delegation_of(self._parts.conference, delegation_code)
        drafts = Role.FOCAL_POINT in principal.roles
        people = await self._parts.participants.of_delegation(
            delegation_code, after="", limit=PEOPLE_MAX, drafts=drafts
        )
        forms = {each.code: await self._parts.forms.current(each.code) for each in conference.categories}
        standings = [standing_of(each, forms.get(each.category)) for each in people]
        places = {each.code: number for number, each in enumerate(conference.categories)}
        return sorted(
            standings,
            key=lambda each: (each.participant.precedence or 1_000, places.get(each.participant.category, 99)),
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

    async def names(self, principal: Principal, people: Sequence[Participant]) -> dict[str, tuple[str, str, str]]:
        """Arabic name, Latin name and rank of a delegation's own people, for its own pages."""
        principal.require(Role.FOCAL_POINT)
        for each in people:
            require_scope(principal, each.delegation)
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

    async def waivers_asked(self, principal: Principal) -> tuple[list[Waiver], Mapping[str, str]]:
        """Every delegation's waivers that wait for a decision, the oldest first."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
        return await self._with_texts(await self._parts.waivers.asked(limit=WAIVERS_MAX))

    async def changes(self, principal: Principal, delegation_code: str) -> list[ListChange]:
        """Raises UnknownDelegationError."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, delegation_code)
        await delegation_of(self._parts.conference, delegation_code)
        return await self._parts.changes.of_delegation(delegation_code, limit=CHANGES_MAX)

    async def _with_texts(self, waivers: list[Waiver]) -> tuple[list[Waiver], Mapping[str, str]]:
        ids = [text for each in waivers for text in (each.reason, each.answer) if text]
        return waivers, await self._parts.texts.read(ids)


def standing_of(participant: Participant, form: Form | None) -> Standing:
    """What is missing of whoever may still be asked; a returned person owes what the officer named."""
    if participant.state is State.RETURNED:
        return Standing(participant, participant.returned_fields)
    if form is None or not (participant.holds_place or participant.state is State.DRAFT):
        return Standing(participant, ())
    return Standing(participant, form.missing(participant.fingerprints))


def filtered(
    standings: Sequence[Standing], names: Mapping[str, tuple[str, str, str]], wanted: Filter
) -> list[Standing]:
    """Those that the filter lets through, in the same order."""
    text = comparable(wanted.text)

    def matches(each: Standing) -> bool:
        who = each.participant
        return (
            wanted.category in ("", who.category)
            and wanted.state in ("", who.state.value)
            and wanted.turn in ("", each.turn.value)
            and any(text in comparable(name) for name in names.get(who.participant_id, ("",)))
        )

    return [each for each in standings if matches(each)]
