from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge import COMING, IN_FORCE, Badge, Badges, BadgeState
from services.accreditation.domain.badge_errors import BadgeExpiredError, BadgeStateError
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.desk_errors import CardConfirmedError
from services.accreditation.domain.events import (
    BadgeActivated,
    BadgeIssued,
    BadgeRevoked,
    CardOutcome,
    RevocationReason,
    Subject,
)

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
    written, events = Badges([ACTIVE, badge()]).activate_coming(NOW)
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
        Badges([ACTIVE]).activate_coming(NOW)


def test_a_correction_that_changes_no_access_leaves_the_badge_in_force() -> None:
    live = Badges([ACTIVE])
    assert live.serves("delegate", HALL)
    assert not live.serves("head", HALL)
    assert not live.serves("delegate", ())
    assert not Badges([]).serves("delegate", HALL)


def test_the_newest_badge_says_what_is_served() -> None:
    assert not Badges([ACTIVE, replace(badge(), access=())]).serves("delegate", HALL)


def test_an_issued_badge_waits_for_its_holders_face() -> None:
    issued, event = badge().issue("r-1", NOW)
    assert (issued.state, event) == (BadgeState.ISSUED, BadgeIssued(SUBJECT, "b-1", 7, "r-1"))
    assert issued.activate(NOW)[0].state is BadgeState.ACTIVE
    with pytest.raises(BadgeStateError):
        issued.issue("r-2", NOW)


def test_a_suspended_badge_is_resumed_and_nothing_else_is_suspended() -> None:
    suspended, _ = ACTIVE.suspend(NOW)
    assert suspended.resume(NOW)[0].state is BadgeState.ACTIVE
    for other in (badge(), badge(state=BadgeState.ISSUED), suspended):
        with pytest.raises(BadgeStateError):
            other.suspend(NOW)


def test_a_replacement_is_no_way_round_a_suspension() -> None:
    with pytest.raises(BadgeStateError):
        Badges([ACTIVE.suspend(NOW)[0], badge()]).activate_coming(NOW)


def test_an_expired_badge_is_neither_issued_nor_activated_nor_resumed() -> None:
    late = NOW + timedelta(days=180)
    suspended, _ = ACTIVE.suspend(NOW)
    for step in (lambda: badge().issue("r-1", late), lambda: badge().activate(late), lambda: suspended.resume(late)):
        with pytest.raises(BadgeExpiredError):
            step()


def test_what_is_live_has_expired_at_its_end_and_what_was_revoked_has_ended_otherwise() -> None:
    end = NOW + timedelta(days=180)
    for state in BadgeState:
        one = badge(state=state)
        assert not one.has_expired(end - timedelta(microseconds=1))
        assert one.has_expired(end) == (state is not BadgeState.REVOKED)
    for ready in (True, False):
        blank = Blank("b", "small", "delegate", 2, "0002-2", "07eb99", "BWB1:Y", (), NOW, end, BlankState.READY, NOW)
        assert (blank if ready else blank.void(NOW)).has_expired(end) is ready


def test_cards_are_counted_and_one_of_them_is_the_good_one() -> None:
    once, event = badge().on_card("A001", CardOutcome.PRINTED, is_new=True)
    assert (once.prints, once.card, event.prints) == (1, None, 1)
    spoiled, _ = once.on_card("A001", CardOutcome.SPOILED, is_new=False)
    good, _ = spoiled.on_card("A002", CardOutcome.CONFIRMED, is_new=True)
    assert (good.prints, good.card) == (2, "A002")
    with pytest.raises(CardConfirmedError):
        good.on_card("A003", CardOutcome.PRINTED, is_new=True)
    assert good.on_card("A002", CardOutcome.SPOILED, is_new=False)[0].card is None
    assert good.on_card("A001", CardOutcome.SPOILED, is_new=False)[0].card == "A002"


def test_a_revoked_badge_is_printed_on_no_card() -> None:
    revoked, _ = badge().revoke(RevocationReason.LOST, NOW)
    with pytest.raises(BadgeStateError):
        revoked.on_card("A001", CardOutcome.PRINTED, is_new=True)
    assert revoked.on_card("A001", CardOutcome.SPOILED, is_new=False)[1].outcome is CardOutcome.SPOILED


STEPS = ["prepare", "issue", "activate", "suspend", "resume", "lose", "withdraw"]


@given(st.lists(st.sampled_from(STEPS), max_size=30))
def test_a_participant_never_has_two_badges_in_force_or_two_to_come(steps: list[str]) -> None:
    books: dict[str, Badge] = {}
    for number, step in enumerate(steps):
        for item in written_by(step, Badges([item for item in books.values() if item.is_live]), f"b-{number}"):
            books[item.badge_id] = item
            states = [known.state for known in books.values()]
            assert sum(state in IN_FORCE for state in states) <= 1
            assert sum(state in COMING for state in states) <= 1


def written_by(step: str, live: Badges, name: str) -> Sequence[Badge]:
    """The badges that a step writes, in order; none when it is refused."""
    coming, in_force = live.coming, live.in_force
    try:
        match step:
            case "prepare":
                return (*live.make_way(NOW)[0], badge(name))
            case "activate":
                return live.activate_coming(NOW)[0]
            case "withdraw":
                return live.revoke_all(RevocationReason.WITHDRAWN, NOW)[0]
            case "issue" if coming:
                return (coming.issue("r-1", NOW)[0],)
            case "suspend" if in_force:
                return (in_force.suspend(NOW)[0],)
            case "resume" if in_force:
                return (in_force.resume(NOW)[0],)
            case "lose" if in_force:
                return (in_force.revoke(RevocationReason.LOST, NOW)[0],)
    except BadgeStateError:
        pass
    return ()
