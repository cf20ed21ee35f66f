"""The promises of an allocation, on drawn programmes and against every allocation there is on small ones."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.session_allocation.adapters.flow import solved
from services.session_allocation.domain.allocation import (
    Allocation,
    Network,
    SlotProblem,
    allocate,
    lot_of,
)
from services.session_allocation.domain.errors import AllocationTooLargeError
from services.session_allocation.domain.programme import Programme, Session
from services.session_allocation.domain.reasons import BETTER_WISH_MET, FULL, NOT_ENTITLED
from services.session_allocation.domain.standing import Claim

WORDS = {"ar": "ج", "fr": "s", "en": "s"}


class Solver:
    async def solve(self, networks: Sequence[Network]) -> Sequence[Sequence[int]]:
        return [solved(network) for network in networks]


def session(code: str, capacity: int | None = 2, **changes: Any) -> Session:
    values: dict[str, Any] = {
        "title": WORDS,
        "room": WORDS,
        "day": 1,
        "starts": time(9),
        "ends": time(10),
        "categories": ("head", "delegate"),
        "held_seats": 0,
    }
    return Session(code=code, capacity=capacity, **(values | changes))


def claim(
    who: str, delegation: str, *wishes: str, category: str = "delegate", entitled: Sequence[str] = ("a", "b", "c")
) -> Claim:
    return Claim(who, delegation, category, wishes, frozenset(entitled))


def allocated(programme: Programme, claims: Sequence[Claim]) -> Allocation:
    running = allocate(programme, claims, Solver(), lot="test")
    try:
        running.send(None)
    except StopIteration as done:
        answer: Allocation = done.value
        return answer
    raise AssertionError("this solver never waits")


def seats(allocation: Allocation) -> dict[str, tuple[str, ...]]:
    return {who: outcome.standing.seats for who, outcome in allocation.outcomes.items() if outcome.standing.seats}


def test_sessions_that_overlap_through_another_are_one_slot() -> None:
    programme = Programme.of(
        [
            session("a", starts=time(9), ends=time(11)),
            session("b", starts=time(10), ends=time(12)),
            session("c", starts=time(11), ends=time(13)),
            session("d", starts=time(14), ends=time(15)),
            session("e", None, starts=time(9), ends=time(15)),
            session("f", day=2),
        ]
    )
    assert [{each.code for each in slot} for slot in programme.slots()] == [{"a", "b", "c"}, {"d"}, {"f"}]
    assert programme.slot_of("e") == ()


def test_held_seats_go_to_their_delegation_whoever_else_wishes() -> None:
    programme = Programme.of([session("a", 3, held_seats=1, categories=("head", "delegate"))])
    many = [claim(f"x{n}", "x", "a", category="head") for n in range(9)]
    found = seats(allocated(programme, [*many, claim("y", "y", "a"), claim("z", "z", "a")]))
    assert {"y", "z"} < set(found)
    assert len(found) == 3


def test_nobody_is_kept_from_an_empty_seat_by_a_held_one_that_they_wish_less() -> None:
    programme = Programme.of([session("a", 5), session("b", 5, held_seats=2)])
    claims = [claim(f"{n}", "x", "a", "b") for n in range(4)]
    assert set(seats(allocated(programme, claims)).values()) == {("a",)}


def test_nobody_is_kept_from_an_empty_seat_where_they_go_first_by_one_that_they_wish_less() -> None:
    programme = Programme.of([session("a", 1), session("b", 1, categories=("delegate",)), session("c", 1)])
    claims = [claim("1", "x", "a", "b", "c"), claim("2", "x", "a", category="head")]
    assert seats(allocated(programme, claims)) == {"1": ("b",), "2": ("a",)}


def test_between_equal_claims_seats_are_spread_over_delegations() -> None:
    programme = Programme.of([session("a", 4)])
    claims = [claim(f"x{n}", "x", "a") for n in range(9)] + [claim(f"y{n}", "y", "a") for n in range(3)]
    found = Counter(who[0] for who in seats(allocated(programme, claims)))
    assert found == {"x": 2, "y": 2}


def test_a_head_goes_before_a_delegate_of_the_same_delegation() -> None:
    programme = Programme.of([session("a", 1)])
    claims = [claim("1", "x", "a"), claim("2", "x", "a", category="head"), claim("3", "x", "a")]
    assert set(seats(allocated(programme, claims))) == {"2"}


def test_a_full_wish_moves_to_the_next_and_says_why() -> None:
    programme = Programme.of([session("a", 1), session("b", 1), session("c", 1, categories=("head",))])
    claims = [
        claim("1", "x", "a", "b"),
        claim("2", "x", "a", "b"),
        claim("3", "x", "a", "b", "c", entitled=("a", "b")),
    ]
    allocation = allocated(programme, claims)
    assert sorted(seats(allocation).values()) == [("a",), ("b",)]
    unmet = {who: outcome.unmet for who, outcome in allocation.outcomes.items()}
    standings = {who: outcome.standing for who, outcome in allocation.outcomes.items()}
    codes = {who: {(item.session, item.code) for item in items} for who, items in unmet.items()}
    loser = next(who for who, standing in standings.items() if not standing.seats)
    first = next(who for who, standing in standings.items() if standing.seats == ("a",))
    second = next(who for who, standing in standings.items() if standing.seats == ("b",))
    assert ("b", BETTER_WISH_MET) in codes[first]
    assert ("a", FULL) in codes[second]
    assert {("a", FULL), ("b", FULL)} <= codes[loser]
    assert ("c", NOT_ENTITLED) in codes["3"]
    full = next(item for item in unmet[loser] if item.session == "a")
    assert full.data == {"capacity": 1, "wished": 3, "own": 1, "place": full.data["place"]}
    # Who sits in b waits for a too, for it is dearer; nobody waits for what they have or wish less.
    assert set(standings[second].waiting) == {"a"}
    assert standings[first].waiting == {}


def test_a_wish_for_an_open_session_is_met_by_being_entitled() -> None:
    programme = Programme.of([session("a", None)])
    outcome = allocated(programme, [claim("1", "x", "a")]).outcomes["1"]
    assert (outcome.standing.seats, outcome.unmet) == ((), ())


def test_the_order_of_the_input_decides_nothing() -> None:
    programme = Programme.of([session("a", 2), session("b", 2)])
    claims = [claim(f"{n}", "xyz"[n % 3], *("ab" if n % 2 else "ba")) for n in range(9)]
    answers = {tuple(sorted(seats(allocated(programme, order)).items())) for order in (claims, claims[::-1])}
    assert len(answers) == 1


def test_more_than_the_solver_can_weigh_is_refused() -> None:
    programme = Programme.of([session(code, 5_000) for code in "ab"])
    claims = [claim(f"{n}", f"d{n % 3}", "a", "b", category="head") for n in range(9_000)]
    with pytest.raises(AllocationTooLargeError):
        allocated(programme, claims)


@st.composite
def problems(draw: st.DrawFn, people: int = 14) -> tuple[Programme, list[Claim]]:
    sessions = [
        session(
            code,
            draw(st.integers(3, 5)) if code != "c" else draw(st.integers(1, 5)),
            held_seats=0 if code == "c" else draw(st.integers(0, 1)),
            starts=time(draw(st.sampled_from((9, 9, 11)))),
            ends=time(12),
        )
        for code in "abc"
    ]
    claims = []
    for number in range(draw(st.integers(0, people))):
        wishes = draw(st.permutations("abc"))[: draw(st.integers(0, 3))]
        entitled = draw(st.sets(st.sampled_from("abc"), min_size=1))
        category = draw(st.sampled_from(("head", "delegate")))
        delegation = draw(st.sampled_from("xyz"))
        claims.append(claim(f"p{number:02d}", delegation, *wishes, category=category, entitled=sorted(entitled)))
    return Programme.of(sessions), claims


@given(problems())
@settings(max_examples=150, deadline=None)
def test_no_capacity_clash_or_entitlement_is_ever_broken(problem: tuple[Programme, list[Claim]]) -> None:
    programme, claims = problem
    allocation = allocated(programme, claims)
    taken = Counter(code for codes in seats(allocation).values() for code in codes)
    assert all(taken[item.code] <= (item.capacity or 0) for item in programme.allocated)
    by_id = {each.participant_id: each for each in claims}
    for who, codes in seats(allocation).items():
        assert set(codes) <= by_id[who].entitled & set(by_id[who].wishes)
        for one, other in itertools.combinations(codes, 2):
            assert not programme.sessions[one].overlaps(programme.sessions[other])
    for item in allocation.sums:
        assert (item.seated, item.seated <= item.capacity) == (taken[item.session], True)
        # Nobody waits while a seat that they could take is empty.
        assert item.seated == item.capacity or item.waiting == 0
    for who, outcome in allocation.outcomes.items():
        for code in by_id[who].wishes:
            met = code in outcome.standing.seats
            assert met != (code in {item.session for item in outcome.unmet}), "met, or a reason"


Choice = Sequence[str | None]


def rank(programme: Programme, each: Claim, code: str) -> int:
    return [wish for wish in each.wishes if wish in each.entitled].index(code)


def score(programme: Programme, claims: Sequence[Claim], choice: Choice) -> tuple[int, ...]:
    """The promises in their order, each better when larger."""
    taken = [(each, code) for each, code in zip(claims, choice, strict=True) if code]
    principals = [pair for pair in taken if programme.sessions[pair[1]].precedence(pair[0].category) == 0]
    others = [pair for pair in taken if pair not in principals]
    spread = sum(n * (n - 1) // 2 for n in Counter((each.delegation, code) for each, code in taken).values())
    losses = [sum(rank(programme, each, code) for each, code in group) for group in (principals, others)]
    return len(taken), -losses[0], -losses[1], -spread


def keeps(programme: Programme, claims: Sequence[Claim], choice: Choice, guaranteed: dict[str, str]) -> bool:
    """Whether everybody guaranteed a seat has it or one that they wish more."""
    for each, code in zip(claims, choice, strict=True):
        seat = guaranteed.get(each.participant_id)
        if seat is not None and (code is None or rank(programme, each, code) > rank(programme, each, seat)):
            return False
    return True


def within_holds(programme: Programme, claims: Sequence[Claim], choice: Choice) -> bool:
    taken = Counter((each.delegation, code) for each, code in zip(claims, choice, strict=True) if code)
    return all(n <= programme.sessions[code].held_seats for (_, code), n in taken.items())


def every_choice(programme: Programme, claims: Sequence[Claim]) -> Iterator[tuple[str | None, ...]]:
    options = [[None, *(wish for wish in each.wishes if wish in each.entitled)] for each in claims]
    for choice in itertools.product(*options):
        taken = Counter(code for code in choice if code)
        if all(n <= (programme.sessions[code].capacity or 0) for code, n in taken.items()):
            yield choice


@given(problems(people=6))
@settings(max_examples=60, deadline=None)
def test_no_other_allocation_is_better_by_the_promises(problem: tuple[Programme, list[Claim]]) -> None:
    drawn, claims = problem
    programme = Programme.of(
        session(item.code, item.capacity, held_seats=item.held_seats) for item in drawn.allocated
    )  # one slot
    problem_of_slot = SlotProblem(programme.slots()[0], sorted(claims, key=lambda c: lot_of("test", c.participant_id)))
    guaranteed = problem_of_slot.seats(solved(problem_of_slot.guarantee()))
    choices = list(every_choice(programme, claims))
    promised = tuple(guaranteed.get(each.participant_id) for each in claims)
    of_holds = [choice for choice in choices if within_holds(programme, claims, choice)]
    assert score(programme, claims, promised) == max(score(programme, claims, choice) for choice in of_holds)
    found = seats(allocated(programme, claims))
    ours = tuple(found[each.participant_id][0] if each.participant_id in found else None for each in claims)
    kept = [choice for choice in choices if keeps(programme, claims, choice, guaranteed)]
    assert ours in kept
    assert score(programme, claims, ours) == max(score(programme, claims, choice) for choice in kept)
