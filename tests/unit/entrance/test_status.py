"""The freshest of status list and events wins; a revocation by either is final; an old list opens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.entrance.domain.badge import Badge, BadgeState
from services.entrance.domain.status import FRESH, MARGIN, Listed, Trust, by_list, trust_of
from shared.security.status_list import Status
from tests.unit.entrance.test_access_decision import BADGE, NOON

LATER, SOON, EARLIER = NOON + MARGIN, NOON + MARGIN / 2, NOON - MARGIN
ACTIVE, SUSPENDED, PREPARED, ISSUED, LOST, REVOKED = (
    replace(BADGE, state=state, state_at=NOON)
    for state in (
        BadgeState.ACTIVE,
        BadgeState.SUSPENDED,
        BadgeState.PREPARED,
        BadgeState.ISSUED,
        BadgeState.LOST,
        BadgeState.WITHDRAWN,
    )
)


@pytest.mark.parametrize(
    ("badge", "listed", "state"),
    [
        (ACTIVE, None, BadgeState.ACTIVE),
        # The list is later: it wins, whatever the events still say.
        (ACTIVE, Listed(Status.INVALID, LATER, False), BadgeState.WITHDRAWN),
        (ACTIVE, Listed(Status.SUSPENDED, LATER, False), BadgeState.SUSPENDED),
        (SUSPENDED, Listed(Status.VALID, LATER, False), BadgeState.ACTIVE),
        (PREPARED, Listed(Status.VALID, LATER, False), BadgeState.ACTIVE),
        (PREPARED, Listed(Status.SUSPENDED, LATER, False), BadgeState.PREPARED),
        (PREPARED, Listed(Status.FACE_CHECK, LATER, False), BadgeState.ISSUED),
        (ISSUED, Listed(Status.VALID, LATER, False), BadgeState.ACTIVE),
        # The event is later, or too near to tell: it wins.
        (SUSPENDED, Listed(Status.VALID, EARLIER, False), BadgeState.SUSPENDED),
        (SUSPENDED, Listed(Status.VALID, SOON, False), BadgeState.SUSPENDED),
        (ACTIVE, Listed(Status.SUSPENDED, EARLIER, False), BadgeState.ACTIVE),
        # Expired: only what it revoked counts.
        (SUSPENDED, Listed(Status.VALID, LATER, True), BadgeState.SUSPENDED),
        (ACTIVE, Listed(Status.SUSPENDED, LATER, True), BadgeState.ACTIVE),
        (ACTIVE, Listed(Status.INVALID, LATER, True), BadgeState.WITHDRAWN),
        (ACTIVE, Listed(Status.INVALID, EARLIER, True), BadgeState.WITHDRAWN),
        # Ended by an event: no list gives it back, and the reason stays.
        (LOST, Listed(Status.VALID, LATER, False), BadgeState.LOST),
        (LOST, Listed(Status.INVALID, LATER, False), BadgeState.LOST),
        (REVOKED, Listed(Status.VALID, EARLIER, False), BadgeState.WITHDRAWN),
    ],
)
def test_each_case_has_its_state(badge: Badge, listed: Listed | None, state: BadgeState) -> None:
    assert by_list(badge, listed).state is state


moments = st.integers(-600, 600).map(lambda seconds: NOON + timedelta(seconds=seconds))


@given(st.sampled_from(BadgeState), moments, st.booleans())
def test_what_is_revoked_by_either_stays_revoked(state: BadgeState, issued_at: object, has_expired: bool) -> None:
    badge = replace(BADGE, state=state, state_at=NOON)
    for status in Status:
        found = by_list(badge, Listed(status, issued_at, has_expired))  # type: ignore[arg-type]
        if state.is_final or status is Status.INVALID:
            assert found.state.is_final


@pytest.mark.parametrize(
    ("age", "trust"),
    [
        (timedelta(0), Trust.FRESH),
        (FRESH, Trust.FRESH),
        (FRESH + timedelta(seconds=1), Trust.AGEING),
        (timedelta(hours=24), Trust.STALE),
    ],
)
def test_how_far_a_list_is_believed(age: timedelta, trust: Trust) -> None:
    assert trust_of(NOON, NOON + timedelta(hours=24), NOON + age) is trust
    assert trust_of(None, None, NOON) is Trust.NONE
