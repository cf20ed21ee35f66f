from __future__ import annotations

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from services.accreditation.domain.access import AccessGrant, access_of, masks_of

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
