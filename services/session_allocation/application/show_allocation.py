"""What programme officers and delegations see of the allocation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.session_allocation.application.scope import conference_of, require_delegation
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.errors import DraftGoneError, UnknownSessionError
from services.session_allocation.domain.ports import ROWS_MAX, Books, Conference, Draft, Preferences, Published
from services.session_allocation.domain.programme import Session
from services.session_allocation.domain.reasons import Figures, Outcome, explained
from services.session_allocation.domain.standing import Standing
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
    """A delegation's people with what they may attend and wish, and what they have by the version in force, if any.

    `names` is for the delegation's own page.
    """

    delegation: str
    conference: Conference
    published: Published | None
    preferences: Preferences
    people: Sequence[Entitlement]
    outcomes: Mapping[str, Outcome]
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

    async def draft(self, principal: Principal, draft_id: str, *, after: str = "") -> tuple[Draft, Sequence[Outcome]]:
        """A draft with a page of what it would give, by participant. Raises DraftGoneError."""
        principal.require(Role.PROGRAMME_OFFICER)
        draft = await self._views.draft(draft_id)
        if draft is None:
            raise DraftGoneError
        return draft, await self._views.draft_outcomes(draft_id, after=after, limit=ROWS_MAX)

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
        published, preferences = await self._views.published(), await self._views.preferences(delegation)
        outcomes = await self._outcomes(conference, preferences, people) if published else {}
        names: Mapping[str, PersonalRecord] = {}
        if with_names and people:
            answers = await self._personal_data.read(_ids(people), purpose=Purpose.SEATING)
            names = {who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)}
        return DelegationView(delegation, conference, published, preferences, people, outcomes, names)

    async def _outcomes(
        self, conference: Conference, preferences: Preferences, people: Sequence[Entitlement]
    ) -> dict[str, Outcome]:
        """What everybody of a delegation has, and why not more, as of now."""
        kept = {item.participant_id: item for item in await self._views.standings_of(preferences.delegation)}
        standings = {who: kept.get(who, Standing(who, preferences.delegation)) for who in _ids(people)}
        figures = await self._figures(preferences.delegation, standings)
        claims = [claim for item in people if (claim := preferences.claim(item))]
        return {
            claim.participant_id: explained(conference.programme, claim, standings[claim.participant_id], figures)
            for claim in claims
        }

    async def _figures(self, delegation: str, standings: Mapping[str, Standing]) -> Figures:
        # Who moved in between the two reads is on no list any more: the turn stands for the place then.
        places = {(who, code): turn for who, each in standings.items() for code, turn in each.waiting.items()}
        waited = {code for _, code in places}
        for code, line in (await self._views.lines(waited)).items():
            places |= {(who, code): place for place, who in enumerate(line, start=1) if who in standings}
        own = Counter((delegation, code) for each in standings.values() for code in each.seats)
        return Figures(await self._views.wished(waited), own, places)


def _ids(people: Sequence[Entitlement]) -> list[str]:
    return [item.participant_id for item in people]
