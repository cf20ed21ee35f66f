"""What programme officers and delegations see of the allocation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.session_allocation.application.scope import conference_of, require_delegation
from services.session_allocation.domain.allocation import Standing
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.errors import DraftGoneError, UnknownSessionError
from services.session_allocation.domain.ports import ROWS_MAX, Books, Conference, Draft, Preferences, Published
from services.session_allocation.domain.programme import Session
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role

READERS: Final = (Role.PROGRAMME_OFFICER, Role.OPERATOR)
OF_DELEGATIONS: Final = (Role.FOCAL_POINT, Role.PROGRAMME_OFFICER)


@dataclass(frozen=True)
class SessionView:
    """A session with how many sit and wait by the version in force; both None where no seats are given."""

    session: Session
    seated: int | None
    waiting: int | None


@dataclass(frozen=True)
class DelegationView:
    """A delegation's people with what they may attend, wish and have. `names` is for the delegation's own page."""

    delegation: str
    conference: Conference
    published: Published | None
    preferences: Preferences
    people: Sequence[Entitlement]
    standings: Mapping[str, Standing]
    names: Mapping[str, PersonalRecord]


class ShowAllocation:
    def __init__(self, views: Books, personal_data: PersonalData) -> None:
        self._views = views
        self._personal_data = personal_data

    async def programme(self, principal: Principal) -> tuple[Conference, Published | None, list[SessionView]]:
        """Every session with its figures. Raises NoConferenceError."""
        principal.require(*READERS)
        conference = await conference_of(self._views)
        published = await self._views.published()
        rows: list[SessionView] = []
        for session in conference.programme.sessions.values():
            counts = await self._views.counts(session.code) if session.capacity is not None else (None, None)
            rows.append(SessionView(session, *counts))
        return conference, published, rows

    async def draft(self, principal: Principal, draft_id: str, *, after: str = "") -> tuple[Draft, Sequence[Standing]]:
        """A draft with a page of what it would give, by participant. Raises DraftGoneError."""
        principal.require(Role.PROGRAMME_OFFICER)
        draft = await self._views.draft(draft_id)
        if draft is None:
            raise DraftGoneError
        return draft, await self._views.draft_standings(draft_id, after=after, limit=ROWS_MAX)

    async def seated(self, principal: Principal, session: str) -> tuple[Sequence[Standing], Sequence[Standing]]:
        """Who sits in a session, and who waits, in order. Raises UnknownSessionError."""
        principal.require(*READERS)
        conference = await conference_of(self._views)
        if session not in conference.programme.sessions:
            raise UnknownSessionError(session)
        return await self._views.seated_in(session), await self._views.waiting_for(session)

    async def delegation(self, principal: Principal, delegation: str, *, with_names: bool) -> DelegationView:
        """One delegation's side. Raises UnknownDelegationError."""
        principal.require(*OF_DELEGATIONS)
        conference = await conference_of(self._views)
        require_delegation(principal, delegation, conference)
        people = await self._views.entitlements_of(delegation)
        names: Mapping[str, PersonalRecord] = {}
        if with_names and people:
            ids = [item.participant_id for item in people]
            answers = await self._personal_data.read(ids, purpose=Purpose.SEATING)
            names = {who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)}
        return DelegationView(
            delegation,
            conference,
            await self._views.published(),
            await self._views.preferences(delegation),
            people,
            {item.participant_id: item for item in await self._views.standings_of(delegation)},
            names,
        )
