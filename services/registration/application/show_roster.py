"""A delegation's roster, a page at a time, and everybody in counts: nobody is read who is not shown.

A search by name looks through the delegation's own names where they are kept in memory: in the vault they are sealed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.registration.application.check_roster import chunks
from services.registration.application.list_parts import ListParts
from services.registration.application.scope import READERS, delegation_of, require_scope
from services.registration.domain.participant import BadgeStatus
from services.registration.domain.ports import Rosters
from services.registration.domain.registration_form import Form
from services.registration.domain.roster_query import RosterCounts, RosterQuery
from services.registration.domain.standing import Standing, Turn, standing_of
from services.registration.vault.people_index import PeopleIndex
from shared.security.principal import Principal, Role

ROWS_A_PAGE: Final = 50
PEOPLE_MAX: Final = 20_000
PAGE_MAX: Final = PEOPLE_MAX // ROWS_A_PAGE
NAMES_AT_ONCE: Final = 500
SEARCHED: Final = ("name_arabic", "name_latin", "rank")

Names = Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True)
class RosterFilter:
    """What of a roster is looked at; empty means everything. `text` is compared with names and rank."""

    category: str = ""
    states: tuple[str, ...] = ()
    turn: str = ""
    text: str = ""


@dataclass(frozen=True)
class RosterPage:
    """`matching` counts all that the filter lets through, `all` everybody; pages begin with 1."""

    standings: Sequence[Standing]
    names: Names
    matching: int
    all: int
    page: int
    pages: int


class ShowRoster:
    def __init__(self, parts: ListParts, rosters: Rosters, index: PeopleIndex) -> None:
        self._parts = parts
        self._rosters = rosters
        self._index = index

    async def page(
        self, principal: Principal, delegation: str, wanted: RosterFilter, page: int = 1, *, rows: int = ROWS_A_PAGE
    ) -> RosterPage:
        """By the delegation's own order of precedence. A page behind the last is the last.

        Raises UnknownDelegationError.
        """
        principal.require(Role.FOCAL_POINT)
        everybody = await self._query(principal, delegation)
        query = _narrowed(everybody, wanted)
        if query is None:
            return RosterPage((), {}, 0, await self._rosters.count(everybody), 1, 1)
        if wanted.text.strip():
            own, everyone = await asyncio.gather(self._rosters.ids(query), self._rosters.count(everybody))
            named = await self._index.written_with(own, wanted.text, self._parts.world.now())
            query, matching = replace(query, among=tuple(named)), len(named)
        else:
            counted = asyncio.gather(self._rosters.count(query), self._rosters.count(everybody))
            matching, everyone = await counted
        pages = max(1, -(-matching // rows))
        page = min(max(1, page), pages)
        ids = await self._rosters.ordered(query, skip=(page - 1) * rows, limit=rows)
        standings, names = await asyncio.gather(self._standings(ids, query.forms), self._names(ids))
        return RosterPage(standings, names, matching, everyone, page, pages)

    async def counts(self, principal: Principal, delegation: str) -> RosterCounts:
        """Raises UnknownDelegationError."""
        query = await self._query(principal, delegation)
        states: Counter[str] = Counter()
        active = 0
        for state, badge, count in await self._rosters.states(query):
            states[state.value] += count
            active += count if badge is BadgeStatus.ACTIVE else 0
        turns = {turn.value: await self._rosters.count(replace(query, turn=turn)) for turn in Turn}
        return RosterCounts(states, turns, active)

    async def first_of_turn(self, principal: Principal, delegation: str, turn: Turn, *, limit: int) -> list[Standing]:
        """The first in the roster's order whose turn it is. Raises UnknownDelegationError."""
        query = replace(await self._query(principal, delegation), turn=turn)
        return await self._standings(await self._rosters.ordered(query, skip=0, limit=limit), query.forms)

    async def everybody(self, principal: Principal, delegation: str) -> AsyncIterator[list[Standing]]:
        """Some hundred at a time, in the roster's order. Raises UnknownDelegationError."""
        query = await self._query(principal, delegation)
        for ids in chunks(await self._rosters.ordered(query, skip=0, limit=PEOPLE_MAX), NAMES_AT_ONCE):
            yield await self._standings(ids, query.forms)

    async def _query(self, principal: Principal, delegation: str) -> RosterQuery:
        principal.require(*READERS)
        require_scope(principal, delegation)
        conference, _ = await delegation_of(self._parts.conference, delegation)
        codes = [each.code for each in conference.categories]
        forms = await self._parts.forms.current_of(codes)
        return RosterQuery(delegation, codes, forms, drafts=Role.FOCAL_POINT in principal.roles)

    async def _standings(self, ids: Sequence[str], forms: Mapping[str, Form]) -> list[Standing]:
        people = await self._parts.participants.by_ids(ids)
        return [standing_of(people[each], forms.get(people[each].category)) for each in ids if each in people]

    async def _names(self, ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
        known = await self._parts.vault.read(ids, SEARCHED)
        return {
            each: (record.name_arabic or "", record.name_latin or "", record.rank or "")
            for each, record in known.items()
        }


def _narrowed(everybody: RosterQuery, wanted: RosterFilter) -> RosterQuery | None:
    """None for a turn that is none: nobody can be meant by it."""
    if wanted.turn and wanted.turn not in set(Turn):
        return None
    return replace(
        everybody,
        of_categories=(wanted.category,) if wanted.category else (),
        states=wanted.states,
        turn=Turn(wanted.turn) if wanted.turn else None,
    )
