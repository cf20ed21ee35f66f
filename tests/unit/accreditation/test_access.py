from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accreditation.domain.access import AccessGrant, PersonalAccess, access_of, end_of, masks_of, table_of

TRIPOLI = ZoneInfo("Africa/Tripoli")
ZONES = ("venue", "hall", "lounge")
ALL_DAY = time(0, 0)


def grant(zone: str, *days: int, opens: time = ALL_DAY, closes: time = ALL_DAY) -> AccessGrant:
    return AccessGrant(zone, days, opens, closes)


def test_rules_of_one_zone_and_window_become_one_grant() -> None:
    assert access_of([grant("hall", 2), grant("hall", 1, 2)], ZONES) == (grant("hall", 1, 2),)


def test_windows_of_one_zone_stay_apart() -> None:
    morning, evening = grant("hall", 1, closes=time(12)), grant("hall", 1, opens=time(18))
    assert access_of([evening, morning], ZONES) == (morning, evening)


def test_the_order_of_the_rules_does_not_matter() -> None:
    rules = [grant("lounge", 1), grant("venue", 1, 2)]
    assert access_of(rules, ZONES) == access_of(rules[::-1], ZONES) == (grant("venue", 1, 2), grant("lounge", 1))


def test_zones_are_bits_by_the_conference_files_order_and_day_one_is_bit_zero() -> None:
    masks = masks_of([grant("venue", 1, 3), grant("lounge", 2)], ZONES)
    assert (masks.zones, masks.days) == (0b101, 0b111)


def test_a_category_without_rules_opens_nothing() -> None:
    masks = masks_of(access_of([], ZONES), ZONES)
    assert (masks.zones, masks.days) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from(ZONES), st.sets(st.integers(1, 30), min_size=1))))
def test_the_credential_never_claims_a_zone_or_day_that_no_rule_gives(rules: list[tuple[str, set[int]]]) -> None:
    grants = access_of([grant(zone, *days) for zone, days in rules], ZONES)
    masks = masks_of(grants, ZONES)
    assert {ZONES[bit] for bit in range(3) if masks.zones >> bit & 1} == {zone for zone, _ in rules}
    assert {bit + 1 for bit in range(30) if masks.days >> bit & 1} == {day for _, days in rules for day in days}


def personal(*upgrades: AccessGrant, only_days: tuple[int, ...] | None = None) -> PersonalAccess:
    return PersonalAccess(upgrades, only_days)


def test_an_upgrade_adds_and_takes_nothing_away() -> None:
    rules = [grant("venue", 1, 2)]
    found = access_of(rules, ZONES, personal(grant("lounge", 1), grant("venue", 3)))
    assert found == (grant("venue", 1, 2, 3), grant("lounge", 1))


def test_a_day_badge_leaves_its_days_of_everything_upgrades_too() -> None:
    rules = [grant("venue", 1, 2), grant("hall", 1)]
    found = access_of(rules, ZONES, personal(grant("lounge", 1, 2), only_days=(2,)))
    assert found == (grant("venue", 2), grant("lounge", 2))


def test_the_same_hours_with_and_without_an_escort_are_two_grants() -> None:
    escorted = replace(grant("hall", 1), only_with="protocol")
    assert access_of([grant("hall", 2), escorted], ZONES) == (grant("hall", 2), escorted)


def test_the_table_shows_every_zone_and_marks_what_is_personal() -> None:
    rules = [grant("venue", 1)]
    grants = access_of(rules, ZONES, personal(grant("lounge", 2)))
    table = table_of(grants, access_of(rules, ZONES), ZONES, 2)
    assert [row.zone for row in table] == list(ZONES)
    shown = {
        (row.zone, day, window.is_personal)
        for row in table
        for day, of_day in enumerate(row.days, 1)
        for window in of_day
    }
    assert shown == {("venue", 1, False), ("lounge", 2, True)}


@pytest.mark.parametrize(
    ("closes", "days", "end"),
    [
        (time(0), (2,), datetime(2027, 2, 12, tzinfo=TRIPOLI)),
        (time(18), (1,), datetime(2027, 2, 11, tzinfo=TRIPOLI)),
        (time(2), (1,), datetime(2027, 2, 11, 2, tzinfo=TRIPOLI)),
    ],
)
def test_a_day_badge_ends_when_its_last_hours_are_over(closes: time, days: tuple[int, ...], end: datetime) -> None:
    grants = [AccessGrant("venue", days, time(8), closes)]
    assert end_of(grants, date(2027, 2, 10), TRIPOLI) == end
    assert end_of([], date(2027, 2, 10), TRIPOLI) is None


windows = st.builds(
    AccessGrant,
    st.sampled_from(ZONES),
    st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from([time(0), time(8)]),
    st.sampled_from([time(0), time(18)]),
    st.sampled_from([None, "protocol"]),
)


@given(st.lists(windows, max_size=6), st.lists(windows, max_size=4), st.none() | st.sets(st.integers(1, 3)).map(tuple))
def test_table_credential_and_roster_say_the_same(
    rules: list[AccessGrant], upgrades: list[AccessGrant], only_days: tuple[int, ...] | None
) -> None:
    grants = access_of(rules, ZONES, PersonalAccess(tuple(upgrades), only_days))
    masks = masks_of(grants, ZONES)
    table = table_of(grants, access_of(rules, ZONES), ZONES, 3)
    opened = {(row.zone, day) for row in table for day, of_day in enumerate(row.days, 1) if of_day}
    assert opened == {(item.zone, day) for item in grants for day in item.days}
    assert masks.zones == sum(1 << index for index, zone in enumerate(ZONES) if any(z == zone for z, _ in opened))
    assert masks.days == sum(1 << (day - 1) for day in {day for _, day in opened})
    if only_days is not None:
        assert {day for _, day in opened} <= set(only_days)
