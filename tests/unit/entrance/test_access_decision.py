"""The access decision, case by case, and what no case can ever do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.entrance.domain.access_decision import (
    AccessDecision,
    Decision,
    Direction,
    GateRules,
    Passage,
    Passback,
    Scan,
    decide,
)
from services.entrance.domain.badge import Access, Badge, BadgeState
from services.entrance.domain.printed_number import normalised

TRIPOLI = ZoneInfo("Africa/Tripoli")
NOON = datetime(2027, 2, 10, 12, 0, tzinfo=TRIPOLI)
RULES = GateRules("hall-a", "hall", Passback.HARD, timedelta(minutes=10), TRIPOLI, date(2027, 2, 10))
ALL_DAY = Access("hall", (1, 2), time(0), time(0))
BADGE = Badge(
    badge_id="b-1",
    participant_id="p-1",
    delegation="egypt",
    category="delegate",
    serial=7,
    number="7K3Q-W",
    access=(ALL_DAY,),
    state=BadgeState.ACTIVE,
    valid_from=NOON - timedelta(days=5),
    valid_until=NOON + timedelta(days=100),
)
ESCORTED = replace(ALL_DAY, only_with="protocol")
INSIDE = Passage("hall", "hall-b", Direction.IN, NOON - timedelta(minutes=5))
SCAN = Scan(NOON, Direction.IN)
ADMITTED = AccessDecision(Decision.ADMIT, "admitted")


def refused(reason: str) -> AccessDecision:
    return AccessDecision(Decision.REFUSE, reason)


def referred(reason: str) -> AccessDecision:
    return AccessDecision(Decision.REFER, reason)


def hours(opens: time, closes: time) -> Badge:
    return replace(BADGE, access=(Access("hall", (1, 2), opens, closes),))


@pytest.mark.parametrize(
    ("scan", "badge", "rules", "last", "expected"),
    [
        (SCAN, BADGE, RULES, None, ADMITTED),
        (replace(SCAN, problem="forged"), None, RULES, None, refused("forged")),
        (replace(SCAN, problem="forged"), BADGE, RULES, None, refused("forged")),
        (SCAN, None, RULES, None, refused("unknown_badge")),
        (SCAN, replace(BADGE, state=BadgeState.PREPARED), RULES, None, refused("not_activated")),
        (SCAN, replace(BADGE, state=BadgeState.SUSPENDED), RULES, None, refused("suspended")),
        (SCAN, replace(BADGE, state=BadgeState.ISSUED), RULES, None, referred("face_check")),
        (SCAN, replace(BADGE, state=BadgeState.ISSUED, access=()), RULES, None, refused("wrong_zone")),
        (replace(SCAN, face_checked=True), replace(BADGE, state=BadgeState.ISSUED), RULES, None, ADMITTED),
        (
            replace(SCAN, by_number=True, face_checked=True),
            replace(BADGE, state=BadgeState.ISSUED),
            RULES,
            None,
            referred("number_only"),
        ),
        (SCAN, replace(BADGE, access=(ESCORTED,)), RULES, None, referred("escort_required")),
        (replace(SCAN, accompanied=True), replace(BADGE, access=(ESCORTED,)), RULES, None, ADMITTED),
        (SCAN, replace(BADGE, access=(ESCORTED, ALL_DAY)), RULES, None, ADMITTED),
        (replace(SCAN, accompanied=True), replace(BADGE, access=()), RULES, None, refused("wrong_zone")),
        (SCAN, replace(BADGE, state=BadgeState.WITHDRAWN), RULES, None, refused("revoked")),
        (SCAN, replace(BADGE, state=BadgeState.REJECTED), RULES, None, refused("revoked")),
        (SCAN, replace(BADGE, state=BadgeState.LOST), RULES, None, refused("lost")),
        (SCAN, replace(BADGE, state=BadgeState.REPLACED), RULES, None, refused("replaced")),
        (SCAN, replace(BADGE, valid_from=NOON + timedelta(seconds=1)), RULES, None, refused("not_yet_valid")),
        (SCAN, replace(BADGE, valid_until=NOON), RULES, None, refused("expired")),
        (SCAN, replace(BADGE, access=()), RULES, None, refused("wrong_zone")),
        (SCAN, BADGE, replace(RULES, zone="lounge"), None, refused("wrong_zone")),
        (replace(SCAN, at=NOON + timedelta(days=2)), BADGE, RULES, None, refused("wrong_day")),
        (replace(SCAN, at=NOON - timedelta(days=1)), BADGE, RULES, None, refused("wrong_day")),
        (SCAN, hours(time(8), time(12)), RULES, None, refused("outside_hours")),
        (SCAN, hours(time(12), time(13)), RULES, None, ADMITTED),
        (SCAN, hours(time(18), time(2)), RULES, None, refused("outside_hours")),
        (replace(SCAN, at=NOON.replace(hour=1)), hours(time(18), time(2)), RULES, None, ADMITTED),
        (replace(SCAN, by_number=True), BADGE, RULES, None, referred("number_only")),
        (replace(SCAN, by_number=True, by_supervisor=True), BADGE, RULES, None, ADMITTED),
        (SCAN, BADGE, RULES, INSIDE, refused("already_inside")),
        (SCAN, BADGE, replace(RULES, passback=Passback.SOFT), INSIDE, referred("already_inside")),
        (SCAN, BADGE, replace(RULES, passback=Passback.TIMED), INSIDE, refused("already_inside")),
        (
            replace(SCAN, at=NOON + timedelta(minutes=6)),
            BADGE,
            replace(RULES, passback=Passback.TIMED),
            INSIDE,
            ADMITTED,
        ),
        (SCAN, BADGE, replace(RULES, passback=Passback.OFF), INSIDE, ADMITTED),
        (SCAN, BADGE, RULES, replace(INSIDE, direction=Direction.OUT), ADMITTED),
        (SCAN, BADGE, RULES, replace(INSIDE, zone="venue"), ADMITTED),
        (SCAN, BADGE, RULES, replace(INSIDE, at=NOON - timedelta(hours=13)), ADMITTED),
        (replace(SCAN, direction=Direction.OUT), BADGE, RULES, INSIDE, AccessDecision(Decision.ADMIT, "left")),
        (
            replace(SCAN, direction=Direction.OUT),
            replace(BADGE, state=BadgeState.LOST),
            RULES,
            INSIDE,
            refused("lost"),
        ),
    ],
)
def test_each_case_has_its_answer(
    scan: Scan, badge: Badge | None, rules: GateRules, last: Passage | None, expected: AccessDecision
) -> None:
    assert decide(scan, badge, rules, last) == expected


@pytest.mark.parametrize(("seconds", "repeated"), [(0, True), (15, True), (16, False)])
def test_the_same_gate_within_fifteen_seconds_repeats_its_answer(seconds: int, repeated: bool) -> None:
    last = replace(INSIDE, gate="hall-a", at=NOON - timedelta(seconds=seconds))
    decision = decide(SCAN, BADGE, RULES, last)
    assert decision.repeated is repeated
    assert decision.lets_through is repeated


def test_a_badge_revoked_within_those_seconds_is_not_admitted_again() -> None:
    last = replace(INSIDE, gate="hall-a", at=NOON - timedelta(seconds=3))
    assert not decide(SCAN, replace(BADGE, state=BadgeState.WITHDRAWN), RULES, last).lets_through


def test_the_night_ends_being_inside_by_the_conferences_own_clock() -> None:
    before = datetime(2027, 2, 10, 23, 59, tzinfo=TRIPOLI).astimezone(UTC)
    after = datetime(2027, 2, 11, 0, 1, tzinfo=TRIPOLI).astimezone(UTC)
    last = Passage("hall", "hall-b", Direction.IN, before)
    assert decide(replace(SCAN, at=after), BADGE, RULES, last) == ADMITTED


passages = st.builds(
    Passage,
    st.sampled_from(["hall", "venue"]),
    st.sampled_from(["hall-a", "hall-b"]),
    st.sampled_from(Direction),
    st.integers(0, 200_000).map(lambda seconds: NOON - timedelta(seconds=seconds)),
)
gates = st.builds(replace, st.just(RULES), passback=st.sampled_from(Passback), zone=st.sampled_from(["hall", "venue"]))
scans = st.builds(
    Scan,
    st.just(NOON),
    st.sampled_from(Direction),
    st.sampled_from([None, "forged", "unknown_key"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(scans, st.sampled_from(BadgeState), gates, st.one_of(st.none(), passages))
def test_nobody_is_ever_let_through_by_a_credential_or_badge_that_does_not_hold(
    scan: Scan, state: BadgeState, rules: GateRules, last: Passage | None
) -> None:
    decision = decide(scan, replace(BADGE, state=state), rules, last)
    if scan.problem or state not in (BadgeState.ACTIVE, BadgeState.ISSUED):
        assert decision.decision is Decision.REFUSE


@given(scans, gates, st.one_of(st.none(), passages))
def test_nobody_goes_in_by_an_issued_badge_before_a_face_was_compared(
    scan: Scan, rules: GateRules, last: Passage | None
) -> None:
    decision = decide(scan, replace(BADGE, state=BadgeState.ISSUED), rules, last)
    if decision.lets_through and scan.direction is Direction.IN:
        assert scan.face_checked


def test_a_badges_newest_profile_counts_whenever_it_comes() -> None:
    upgraded = BADGE.opens((ALL_DAY, ESCORTED), 3)
    assert upgraded.access == (ALL_DAY, ESCORTED)
    assert upgraded.opens((), 2) == upgraded


def test_a_final_state_stays_final_whatever_comes_late() -> None:
    revoked = BADGE.becomes(BadgeState.LOST, NOON)
    assert revoked.becomes(BadgeState.ACTIVE, NOON) == revoked
    assert revoked.becomes(BadgeState.REPLACED, NOON) == revoked


@pytest.mark.parametrize("typed", ["7k3q-w", "7K3QW", " 7K 3Q W ", "٧K3Q-w"])
def test_a_printed_number_is_read_as_people_type_it(typed: str) -> None:
    assert normalised(typed) == "7K3QW"
