"""Seats in force after swaps, withdrawals, other wishes and programmes: no dearer seat lost, every reason true."""

from __future__ import annotations

from collections import Counter
from datetime import time
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import services.session_allocation
from services.session_allocation.domain.errors import SwapRefusedError
from services.session_allocation.domain.programme import Programme, Session
from services.session_allocation.domain.reasons import (
    BETTER_WISH_MET,
    CODES,
    FULL,
    GIVEN_AWAY,
    NEXT_ALLOCATION,
    NOT_ENTITLED,
    SESSION_GONE,
    Unmet,
)
from services.session_allocation.domain.standing import Standing
from shared.web.application import service_texts
from shared.web.texts import LANGUAGES
from tests.unit.session_allocation.office import WORDS, Office
from tests.unit.session_allocation.test_allocation import session

TEXTS = service_texts(services.session_allocation.__file__)
PEOPLE = {f"{delegation}{number}": delegation for delegation in "xy" for number in range(4)}


def office_of(*sessions: Session) -> Office:
    """Three of x and three of y are accredited."""
    office = Office()
    office.new_programme(Programme.of(sessions))
    for who, delegation in PEOPLE.items():
        if not who.endswith("3"):
            office.approve(who, delegation)
    return office


@pytest.fixture
def office() -> Office:
    """Alpha and beta at the same time, one seat each: x0 has alpha, x1 has beta, x2 and y0 wait."""
    office = office_of(session("alpha", 1), session("beta", 1))
    office.wish("x", "beta", "alpha", x0=["alpha"], x1=["beta", "alpha"])
    office.wish("y", y0=["alpha"])
    office.seat("x0", "alpha")
    office.seat("x1", "beta")
    office.seat("x2", beta=1, alpha=1)
    office.seat("y0", alpha=2)
    return office


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_a_reason_has_words(code: str, language: str) -> None:
    data = {"instead": "s", "capacity": 1, "wished": 2, "own": 3, "place": 4}
    assert TEXTS.say(f"session_allocation.unmet.{code}", language, **data).endswith(".")


def test_who_was_given_a_dearer_seat_waits_for_nothing_less_dear_and_keeps_it(office: Office) -> None:
    office.swap("x", "beta", giver="x1", taker="x2")
    assert office.standings["x2"] == Standing("x2", "x", ("beta",))
    assert office.reasons("x2") == {"alpha": BETTER_WISH_MET}
    office.withdraw("x0", "x")
    assert office.standings["x2"].seats == ("beta",)
    assert office.standings["y0"].seats == ("alpha",), "who waits next has it"


def test_who_was_given_a_less_dear_seat_still_waits_for_the_dearer(office: Office) -> None:
    office.swap("x", "alpha", giver="x0", taker="x2")
    assert office.standings["x2"] == Standing("x2", "x", ("alpha",), {"beta": 1})
    office.withdraw("x1", "x")
    assert office.standings["x2"].seats == ("beta",)
    assert office.standings["y0"].seats == ("alpha",), "the less dear seat went on"


def test_a_seat_that_was_given_is_the_givers_reason_until_it_comes_back(office: Office) -> None:
    assert office.reasons("x1") == {"alpha": BETTER_WISH_MET}
    office.swap("x", "beta", giver="x1", taker="x2")
    assert office.reasons("x1") == {"beta": GIVEN_AWAY, "alpha": NEXT_ALLOCATION}
    office.swap("x", "beta", giver="x2", taker="x1")
    assert office.reasons("x1") == {"alpha": BETTER_WISH_MET}
    office.swap("x", "beta", giver="x1", taker="x2")
    office.allocate()
    assert GIVEN_AWAY not in office.reasons("x1").values(), "an allocation begins anew"


def test_a_lost_entitlement_is_a_reason_and_frees_the_seat(office: Office) -> None:
    office.new_programme(Programme.of([session("alpha", 1), session("beta", 1, categories=("head",))]))
    assert office.standings["x1"].seats == ()
    assert office.reasons("x1") == {"beta": NOT_ENTITLED, "alpha": NEXT_ALLOCATION}
    assert office.reasons("x2") == {"beta": NOT_ENTITLED, "alpha": FULL}
    office.new_programme(Programme.of([session("alpha", 1)]))
    assert office.reasons("x2") == {"beta": SESSION_GONE, "alpha": FULL}


def test_the_place_on_a_waiting_list_is_the_present_one(office: Office) -> None:
    def alpha_of(who: str) -> Unmet:
        outcome = office.outcomes(PEOPLE[who])[who]
        reason = next(item for item in outcome.unmet if item.session == "alpha")
        assert outcome.standing.waiting["alpha"] == reason.data["place"]
        return reason

    assert alpha_of("y0") == Unmet("alpha", FULL, {"capacity": 1, "wished": 4, "own": 0, "place": 2})
    office.withdraw("x2", "x")
    assert alpha_of("y0") == Unmet("alpha", FULL, {"capacity": 1, "wished": 3, "own": 0, "place": 1})


def test_more_seats_go_to_who_waits(office: Office) -> None:
    office.new_programme(Programme.of([session("alpha", 2), session("beta", 2)]))
    assert {who: standing.seats for who, standing in office.standings.items()} == {
        "x0": ("alpha",),
        "x1": ("beta",),
        "x2": ("beta",),
        "y0": ("alpha",),
    }


def test_of_two_seats_that_a_new_programme_puts_at_the_same_time_the_dearer_stays() -> None:
    office = office_of(session("alpha"), session("beta", starts=time(11), ends=time(12)))
    office.wish("x", x0=["beta", "alpha"])
    office.seat("x0", "alpha", "beta")
    office.new_programme(Programme.of([session("alpha"), session("beta")]))
    assert office.standings["x0"].seats == ("beta",)
    assert office.reasons("x0") == {"alpha": BETTER_WISH_MET}


def test_who_wishes_a_seat_no_more_is_not_moved_to_it(office: Office) -> None:
    office.swap("x", "alpha", giver="x0", taker="x2")
    office.wish("x", x2=["alpha", "beta"])
    office.withdraw("x1", "x")
    assert office.standings["x2"].seats == ("alpha",)


def test_a_turn_for_what_is_less_dear_that_is_still_kept_from_before_moves_nobody(office: Office) -> None:
    office.withdraw("x1", "x")
    office.seat("x2", "beta", alpha=1)
    office.withdraw("x0", "x")
    assert office.standings["x2"] == Standing("x2", "x", ("beta",))
    assert office.standings["y0"].seats == ("alpha",)


def test_who_ended_before_the_conference_came_may_attend_nothing_when_it_comes() -> None:
    office = Office()
    office.approve("x0", "x")
    office.withdraw("x0", "x")
    office.new_programme(Programme.of([session("alpha")]))
    assert office.books.kept.entitlements["x0"].sessions == ()


SESSIONS = st.builds(
    lambda code, begins, capacity, categories: Session(
        code, WORDS, WORDS, 1, time(begins), time(begins + 2), categories, capacity, 0
    ),
    st.sampled_from("abcd"),
    st.sampled_from((9, 9, 9, 10, 11)),
    st.sampled_from((1, 1, 2, 3, None)),
    st.sampled_from((("head", "delegate"), ("head", "delegate"), ("delegate",))),
)
PROGRAMMES = st.lists(SESSIONS, min_size=2, max_size=4, unique_by=lambda item: item.code).map(Programme.of)
WISHES = st.permutations("abcd").flatmap(lambda codes: st.integers(0, 4).map(lambda count: tuple(codes[:count])))
WHO = st.sampled_from(sorted(PEOPLE))


class SeatsInForce(RuleBasedStateMachine):
    """Whatever happens in whatever order. `given` and `unsettled` are of the time since the last allocation."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        self.given: dict[str, set[str]] = {}
        self.unsettled: set[str] = set()
        self.before: dict[str, tuple[str, ...]] = {}
        self.office.new_programme(
            Programme.of([session("a", 2), session("b", 1), session("c", 2, starts=time(11), ends=time(13))])
        )
        for number, (who, delegation) in enumerate(PEOPLE.items()):
            self.office.approve(who, delegation, "head" if number % 4 == 0 else "delegate")
        self.office.wish("x", "a", "b", "c")
        self.office.wish("y", "b", "a", "c")
        self._allocate()

    def _allocate(self) -> None:
        self.office.allocate()
        self.given, self.unsettled = {}, set()
        self._remember()

    def _remember(self) -> None:
        self.before = {who: standing.seats for who, standing in self.office.standings.items()}

    def _nobody_else_is_worse_off(self, *actors: str) -> None:
        for who, seats in self.before.items():
            for lost in set(seats) - set(self.office.standings[who].seats):
                assert who in actors or self._has_dearer(who, lost) or not self._may_have(who, lost), (who, lost)
        self._remember()

    def _may_have(self, who: str, code: str) -> bool:
        held = self.office.programme.sessions.get(code)
        entitlement = self.office.books.kept.entitlements[who]
        attends = held is not None and entitlement.accredited and entitlement.category in held.categories
        return attends and held.capacity is not None

    def _wishes(self, who: str) -> tuple[str, ...]:
        preferences = self.office.books.kept.preferences[PEOPLE[who]]
        return preferences.participants.get(who, preferences.default)

    def _slot(self, code: str) -> set[str]:
        slots = [{item.code for item in slot} for slot in self.office.programme.slots()]
        return next((slot for slot in slots if code in slot), set())

    def _has_dearer(self, who: str, code: str) -> bool:
        """Or as dear, where neither is wished."""
        wishes, seats = self._wishes(who), self.office.standings[who].seats
        dearer = wishes[: wishes.index(code)] if code in wishes else self._slot(code)
        return bool(set(dearer) & set(seats) & self._slot(code))

    @rule()
    def allocate(self) -> None:
        self._allocate()

    @rule(who=WHO, category=st.sampled_from(("head", "delegate")))
    def approve(self, who: str, category: str) -> None:
        self.office.approve(who, PEOPLE[who], category)
        self.unsettled.add(who)
        self._nobody_else_is_worse_off()

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        self.office.withdraw(who, PEOPLE[who])
        self.given.pop(who, None)
        self.unsettled.add(who)
        self._nobody_else_is_worse_off()

    @rule(delegation=st.sampled_from("xy"), default=WISHES, own=st.dictionaries(WHO, WISHES, max_size=2))
    def wish(self, delegation: str, default: tuple[str, ...], own: dict[str, tuple[str, ...]]) -> None:
        allocated = {item.code for item in self.office.programme.allocated}
        accredited = {who for who, item in self.office.books.kept.entitlements.items() if item.accredited}
        mine = {who: wishes for who, wishes in own.items() if PEOPLE[who] == delegation and who in accredited}
        possible = {
            who: tuple(code for code in wishes if code in allocated) for who, wishes in {**mine, "": default}.items()
        }
        self.office.wish(delegation, *possible.pop(""), **possible)
        self.unsettled |= {who for who in PEOPLE if PEOPLE[who] == delegation}
        assert self.before == {who: standing.seats for who, standing in self.office.standings.items()}

    @rule(programme=PROGRAMMES)
    def new_programme(self, programme: Programme) -> None:
        self.office.new_programme(programme)
        self.unsettled |= set(PEOPLE)
        self._nobody_else_is_worse_off()

    @precondition(lambda self: any(standing.seats for standing in self.office.standings.values()))
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        seats = [(who, code) for who, each in sorted(self.office.standings.items()) for code in each.seats]
        giver, code = data.draw(st.sampled_from(seats))
        taker = data.draw(st.sampled_from([who for who in PEOPLE if PEOPLE[who] == PEOPLE[giver]]))
        try:
            self.office.swap(PEOPLE[giver], code, giver, taker)
        except SwapRefusedError:
            return
        self.given.setdefault(giver, set()).add(code)
        self.given.get(taker, set()).discard(code)
        self.unsettled |= {giver, taker}
        changed = {who for who, each in self.office.standings.items() if each.seats != self.before.get(who, ())}
        assert changed == {giver, taker}
        self._nobody_else_is_worse_off(giver)

    @invariant()
    def every_wish_is_met_or_has_one_reason_that_is_true(self) -> None:
        for delegation in "xy":
            for who, outcome in self.office.outcomes(delegation).items():
                reasons = Counter(item.session for item in outcome.unmet)
                for code in self._wishes(who):
                    assert reasons.pop(code, 0) + self._is_met(who, code) == 1, (who, code, outcome)
                assert not reasons
                for item in outcome.unmet:
                    assert self._is_true(who, item), (who, item, outcome)

    def _is_met(self, who: str, code: str) -> bool:
        if code in self.office.standings.get(who, Standing(who, PEOPLE[who])).seats:
            return True
        held = self.office.programme.sessions.get(code)
        category = self.office.books.kept.entitlements[who].category
        return held is not None and held.capacity is None and category in held.categories

    def _is_true(self, who: str, unmet: Unmet) -> bool:
        held = self.office.programme.sessions.get(unmet.session)
        category = self.office.books.kept.entitlements[who].category
        if held is None or category not in held.categories:
            return unmet == Unmet(unmet.session, NOT_ENTITLED if held else SESSION_GONE)
        if self._has_dearer(who, unmet.session):
            instead, wishes = unmet.data["instead"], self._wishes(who)
            dearer = wishes.index(instead) < wishes.index(unmet.session)
            return unmet.code == BETTER_WISH_MET and dearer and instead in self.office.standings[who].seats
        waits = who in self._waiting(unmet.session)
        if waits:
            return unmet == Unmet(unmet.session, FULL, self._full(who, held))
        if unmet.session in self.given.get(who, ()):
            return unmet.code == GIVEN_AWAY
        return unmet.code == NEXT_ALLOCATION and who in self.unsettled

    def _full(self, who: str, held: Session) -> dict[str, Any]:
        entitlements = self.office.books.kept.entitlements
        assert self._seated(held.code) >= (held.capacity or 0)
        return {
            "capacity": held.capacity,
            "wished": sum(
                each.accredited and each.category in held.categories and held.code in self._wishes(other)
                for other, each in entitlements.items()
            ),
            "own": sum(
                held.code in each.seats for each in self.office.standings.values() if each.delegation == PEOPLE[who]
            ),
            "place": self._waiting(held.code).index(who) + 1,
        }

    def _seated(self, code: str) -> int:
        return sum(code in each.seats for each in self.office.standings.values())

    def _waiting(self, code: str) -> list[str]:
        turns = {who: each.waiting[code] for who, each in self.office.standings.items() if code in each.waiting}
        return sorted(turns, key=lambda who: turns[who])

    @invariant()
    def seats_and_lists_are_in_order(self) -> None:
        programme = self.office.programme
        for held in programme.allocated:
            before = sum(held.code in seats for seats in self.before.values())
            assert self._seated(held.code) <= max(held.capacity or 0, before)
            assert self._seated(held.code) >= (held.capacity or 0) or not self._waiting(held.code)
        for who, each in self.office.standings.items():
            assert all(self._may_have(who, code) for code in (*each.seats, *each.waiting))
            assert not any(self._has_dearer(who, code) for code in each.waiting)
            assert set(each.waiting) <= set(self._wishes(who)) - set(each.seats)
            for one in each.seats:
                overlapping = [
                    code for code in each.seats if programme.sessions[one].overlaps(programme.sessions[code])
                ]
                assert overlapping == [one]

    @invariant()
    def the_events_tell_what_is_in_force(self) -> None:
        kept = {who: standing.told for who, standing in self.office.standings.items() if any(standing.told)}
        assert {who: told for who, told in self.office.told.items() if any(told)} == kept


TestSeatsInForce = SeatsInForce.TestCase
TestSeatsInForce.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
