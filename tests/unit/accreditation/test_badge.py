from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge import Badge, Badges, BadgeState
from services.accreditation.domain.errors import BadgeStateError
from services.accreditation.domain.events import BadgeActivated, BadgeRevoked, RevocationReason, Subject

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)
SUBJECT = Subject("small", "p-1", "egypt")
HALL = (AccessGrant("hall", (1,), time(0, 0), time(0, 0)),)


def badge(name: str = "b-1", state: BadgeState = BadgeState.PREPARED) -> Badge:
    return Badge(
        badge_id=name,
        subject=SUBJECT,
        category="delegate",
        serial=7,
        number="0007-X",
        key_id="07eb01",
        credential="BWB1:…",
        access=HALL,
        profile_version=1,
        valid_from=NOW,
        valid_until=NOW + timedelta(days=180),
        state=state,
        since=NOW,
    )


ACTIVE = badge("b-0", BadgeState.ACTIVE)


def test_a_prepared_badge_is_activated_once() -> None:
    active, event = badge().activate(NOW)
    assert (active.state, event) == (BadgeState.ACTIVE, BadgeActivated(SUBJECT, "b-1", 7))
    with pytest.raises(BadgeStateError):
        active.activate(NOW)


def test_a_revoked_badge_stays_revoked() -> None:
    revoked, event = badge().revoke(RevocationReason.LOST, NOW)
    assert event == BadgeRevoked(SUBJECT, "b-1", 7, RevocationReason.LOST)
    with pytest.raises(BadgeStateError):
        revoked.activate(NOW)
    with pytest.raises(BadgeStateError):
        revoked.revoke(RevocationReason.WITHDRAWN, NOW)


def test_a_replacement_ends_its_predecessor_when_it_is_activated_and_first() -> None:
    written, events = Badges([ACTIVE, badge()]).activate_prepared(NOW)
    assert [(item.badge_id, item.state) for item in written] == [
        ("b-0", BadgeState.REVOKED),
        ("b-1", BadgeState.ACTIVE),
    ]
    assert [type(event) for event in events] == [BadgeRevoked, BadgeActivated]


def test_a_badge_that_was_never_activated_makes_way_at_once() -> None:
    ended, events = Badges([ACTIVE, badge()]).make_way(NOW)
    assert [item.badge_id for item in ended] == ["b-1"]
    assert events == (BadgeRevoked(SUBJECT, "b-1", 7, RevocationReason.REPLACED),)


def test_an_active_badge_stays_until_its_replacement_is_activated() -> None:
    assert Badges([ACTIVE]).make_way(NOW) == ((), ())


def test_activating_without_a_prepared_badge_is_refused() -> None:
    with pytest.raises(BadgeStateError):
        Badges([ACTIVE]).activate_prepared(NOW)


def test_a_correction_that_changes_no_access_leaves_the_badge_in_force() -> None:
    live = Badges([ACTIVE])
    assert live.serves("delegate", HALL)
    assert not live.serves("head", HALL)
    assert not live.serves("delegate", ())
    assert not Badges([]).serves("delegate", HALL)


def test_the_newest_badge_says_what_is_served() -> None:
    assert not Badges([ACTIVE, replace(badge(), access=())]).serves("delegate", HALL)


@given(st.lists(st.sampled_from(["prepare", "activate", "lose", "withdraw"]), max_size=30))
def test_a_participant_never_has_two_active_or_two_prepared_badges(steps: list[str]) -> None:
    books: dict[str, Badge] = {}
    for number, step in enumerate(steps):
        live = Badges([item for item in books.values() if item.is_live])
        try:
            match step:
                case "prepare":
                    written, _ = live.make_way(NOW)
                    written = (*written, badge(f"b-{number}"))
                case "activate":
                    written, _ = live.activate_prepared(NOW)
                case "lose":
                    written = (live.active.revoke(RevocationReason.LOST, NOW)[0],) if live.active else ()
                case _:
                    written, _ = live.revoke_all(RevocationReason.WITHDRAWN, NOW)
        except BadgeStateError:
            continue
        for item in written:
            books[item.badge_id] = item
            states = [known.state for known in books.values()]
            assert states.count(BadgeState.ACTIVE) <= 1
            assert states.count(BadgeState.PREPARED) <= 1
