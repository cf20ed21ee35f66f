"""Session allocation's use cases on books in memory: each call is a commit, whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from services.session_allocation.adapters.flow import solved
from services.session_allocation.application.follow_accreditation import (
    EntitleApproved,
    WithdrawEntitlements,
    recompute,
)
from services.session_allocation.application.publish_allocation import PublishAllocationHandler
from services.session_allocation.application.run_allocation import RunAllocationHandler
from services.session_allocation.application.set_preferences import SetPreferences, SetPreferencesHandler
from services.session_allocation.application.show_allocation import ShowAllocation
from services.session_allocation.application.swap_seat import SwapSeat, SwapSeatHandler
from services.session_allocation.domain.allocation import Allocation, Network
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.ports import Books, Conference, Draft, Preferences, Published
from services.session_allocation.domain.programme import Programme
from services.session_allocation.domain.reasons import Outcome
from services.session_allocation.domain.standing import Claim, Standing
from shared.contracts.accreditation import ParticipantApproved, ParticipantRejected
from shared.contracts.session_allocation import SeatsChanged
from shared.security.principal import Principal, Role
from shared.world import World

OFFICER = Principal("officer", "officer", frozenset({Role.PROGRAMME_OFFICER}))
NOW = datetime(2027, 1, 1, tzinfo=UTC)
WORDS = {"ar": "ج", "fr": "s", "en": "s"}


class Solver:
    async def solve(self, networks: Sequence[Network]) -> Sequence[Sequence[int]]:
        return [solved(network) for network in networks]


@dataclass
class Kept:
    """What a commit writes."""

    conference: Conference | None = None
    entitlements: dict[str, Entitlement] = field(default_factory=dict)
    preferences: dict[str, Preferences] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    draft: tuple[Draft, Allocation] | None = None
    published: Published | None = None

    def copy(self) -> Kept:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return Kept(**{name: dict(value) if isinstance(value, dict) else value for name, value in values.items()})


class MemoryBooks(Books):
    def __init__(self) -> None:
        self.kept = Kept()

    async def conference(self) -> Conference | None:
        return self.kept.conference

    async def claims(self) -> list[Claim]:
        found = [await self.claim(who) for who in sorted(self.kept.entitlements)]
        return [claim for claim in found if claim is not None]

    async def claim(self, participant_id: str) -> Claim | None:
        entitlement = self.kept.entitlements.get(participant_id)
        return (await self.preferences(entitlement.delegation)).claim(entitlement) if entitlement else None

    async def entitlements_of(self, delegation: str) -> list[Entitlement]:
        return [item for item in await self.accredited() if item.delegation == delegation]

    async def entitlement(self, participant_id: str) -> Entitlement | None:
        return self.kept.entitlements.get(participant_id)

    async def accredited(self) -> list[Entitlement]:
        return [item for _, item in sorted(self.kept.entitlements.items()) if item.accredited]

    async def entitled_to(self, session: str, *, after: str, limit: int) -> list[Entitlement]:
        found = [item for item in await self.accredited() if session in item.sessions and item.participant_id > after]
        return found[:limit]

    async def save_entitlement(self, entitlement: Entitlement) -> None:
        self.kept.entitlements[entitlement.participant_id] = entitlement

    async def preferences(self, delegation: str) -> Preferences:
        return self.kept.preferences.get(delegation, Preferences(delegation))

    async def save_preferences(self, preferences: Preferences) -> None:
        self.kept.preferences[preferences.delegation] = preferences

    async def save_draft(self, draft: Draft, allocation: Allocation) -> None:
        self.kept.draft = (draft, allocation)

    async def draft(self, draft_id: str) -> Draft | None:
        return self.kept.draft[0] if self.kept.draft and self.kept.draft[0].draft_id == draft_id else None

    async def draft_outcomes(self, draft_id: str, *, after: str, limit: int) -> list[Outcome]:
        assert self.kept.draft
        return [outcome for _, outcome in sorted(self.kept.draft[1].outcomes.items())]

    async def published(self) -> Published | None:
        return self.kept.published

    async def publish(self, published: Published, draft: Draft) -> None:
        self.kept.published = published

    async def standing(self, participant_id: str) -> Standing | None:
        return self.kept.standings.get(participant_id)

    async def standings(self) -> list[Standing]:
        return list(self.kept.standings.values())

    async def standings_of(self, delegation: str) -> list[Standing]:
        return [item for item in self.kept.standings.values() if item.delegation == delegation]

    async def save_standings(self, standings: Sequence[Standing]) -> None:
        self.kept.standings |= {item.participant_id: item for item in standings}

    async def waiting_for(self, session: str) -> list[Standing]:
        waiting = [item for item in self.kept.standings.values() if session in item.waiting]
        return sorted(waiting, key=lambda item: item.waiting[session])

    async def lines(self, sessions: Any) -> Mapping[str, Sequence[str]]:
        return {code: [item.participant_id for item in await self.waiting_for(code)] for code in sessions}

    async def wished(self, sessions: Any) -> Mapping[str, int]:
        claims = await self.claims()
        counts = Counter(code for claim in claims for code in claim.wishes if code in claim.entitled)
        return {code: counts[code] for code in sessions}

    async def seated_in(self, session: str) -> list[Standing]:
        return [item for _, item in sorted(self.kept.standings.items()) if session in item.seats]

    async def counts(self, session: str) -> tuple[int, int]:
        return len(await self.seated_in(session)), len(await self.waiting_for(session))


class Commit:
    """A transaction's face, and the unit of work's: what it tells is kept only with what it writes."""

    def __init__(self, books: MemoryBooks) -> None:
        self._books = books
        self.now = NOW
        self.told: list[Any] = []

    def emit(self, event: object) -> None:
        self.told.append(event)

    async def run(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        before, self.told = self._books.kept.copy(), []
        try:
            return await work(self)
        except BaseException:
            self._books.kept, self.told = before, []
            raise

    async def run_command(self, work: Callable[[Any], Awaitable[Any]], **_options: Any) -> Any:
        return await self.run(work)


class Office:
    """`told` is what the events say of each participant: the last seats and waits of each."""

    def __init__(self) -> None:
        self.books = MemoryBooks()
        self.told: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._commit = Commit(self.books)
        self._show = ShowAllocation(self.books, None)

    @property
    def programme(self) -> Programme:
        assert self.books.kept.conference
        return self.books.kept.conference.programme

    @property
    def standings(self) -> dict[str, Standing]:
        return self.books.kept.standings

    def new_programme(self, programme: Programme) -> None:
        names = dict.fromkeys(("x", "y"), WORDS)
        conference = Conference("test", programme, names, {}, None, date(2027, 1, 1))

        async def work(tx: Any) -> None:
            self.books.kept.conference = conference
            await recompute(tx, self.books, conference)

        self._do(self._commit.run(work))

    def approve(self, who: str, delegation: str, category: str = "delegate") -> None:
        event = ParticipantApproved(
            conference_id="test", participant_id=who, delegation=delegation, category=category, automatic=False
        )
        reaction = EntitleApproved(self._bind)
        self._do(self._commit.run(lambda tx: reaction.apply(tx, SimpleNamespace(data=event), None)))

    def withdraw(self, who: str, delegation: str) -> None:
        event = ParticipantRejected(
            conference_id="test", participant_id=who, delegation=delegation, category="-", releasable_code="-"
        )
        reaction = WithdrawEntitlements(self._bind)
        self._do(self._commit.run(lambda tx: reaction.apply(tx, SimpleNamespace(data=event), None)))

    def wish(self, delegation: str, *default: str, **own: Sequence[str]) -> None:
        wishes = {who: tuple(codes) for who, codes in own.items()}
        handler = SetPreferencesHandler(self._commit, self._bind)
        self._do(handler(OFFICER, SetPreferences(delegation, default, wishes), None, None))

    def allocate(self) -> None:
        """Run, and publish what it gave."""
        run = RunAllocationHandler(self._commit, self._bind, self.books, Solver(), World(now=lambda: NOW))
        draft = self._do(run(OFFICER, None, None))
        publish = PublishAllocationHandler(self._commit, self._bind)
        self._do(publish(OFFICER, draft["draft_id"], None, None))

    def swap(self, delegation: str, session: str, giver: str, taker: str) -> None:
        handler = SwapSeatHandler(self._commit, self._bind)
        self._do(handler(OFFICER, SwapSeat(delegation, session, giver, taker), None, None))

    def outcomes(self, delegation: str) -> Mapping[str, Outcome]:
        """What the delegation's page shows."""
        return self._do(self._show.delegation(OFFICER, delegation, with_names=False)).outcomes

    def reasons(self, who: str) -> dict[str, str]:
        """One participant's unmet wishes, by session, with the code of the reason."""
        found = self.outcomes(self.books.kept.entitlements[who].delegation)[who]
        return {item.session: item.code for item in found.unmet}

    def seat(self, who: str, *seats: str, **waiting: int) -> None:
        """Put somebody where an allocation might have, without one."""
        delegation = self.books.kept.entitlements[who].delegation
        self.standings[who] = Standing(who, delegation, seats, waiting)
        self.books.kept.published = self.books.kept.published or Published(1, NOW, 0)

    def _bind(self, tx: Any) -> MemoryBooks:
        return self.books

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        self._commit.told = []
        try:
            work.send(None)
        except StopIteration as done:
            told = [event for event in self._commit.told if isinstance(event, SeatsChanged)]
            of = {event.participant_id: (event.seats, event.waiting) for event in told}
            assert len(of) == len(told), "one event for each in a commit"
            self.told |= of
            return done.value
        raise AssertionError("nothing here waits")
