"""A participant's way: draft, submitted, returned, accepted, withdrawn or substituted; and whose turn it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.registration.domain.participant import (
    AlreadyWithdrawnError,
    BadgeStatus,
    CannotSubstituteError,
    NotADraftError,
    Participant,
    State,
)
from services.registration.domain.quota import Quota
from services.registration.domain.reconciliation import Plan, PlanInvalidError, differences
from services.registration.domain.standing import Standing, Turn
from shared.field_remarks import FieldRemark


def somebody(participant_id: str = "p", state: State = State.SUBMITTED, category: str = "delegate") -> Participant:
    return Participant(participant_id, "c", "egypt", category, "i", {"name_latin": "f"}, state)


DRAFT = replace(somebody("new", State.DRAFT), revision=0)


def test_a_draft_holds_no_place_and_is_submitted_as_its_first_revision() -> None:
    assert not DRAFT.holds_place
    submitted = DRAFT.corrected("delegate", DRAFT.fingerprints, form_version=3)
    assert (submitted.state, submitted.revision, submitted.form_version) == (State.SUBMITTED, 1, 3)
    with pytest.raises(NotADraftError):
        submitted.drafted("delegate", {}, None)
    with pytest.raises(NotADraftError):
        DRAFT.withdrawn()


def test_what_was_asked_of_a_field_keeps_what_was_done_about_it() -> None:
    asked = (FieldRemark("photo", "t-1"), FieldRemark("name_latin", "t-2"))
    returned = somebody().follows(state=State.RETURNED, returned_fields=("photo", "name_latin"), remarks=asked)
    again = returned.corrected("delegate", {"name_latin": "f", "photo": "new"}, answers={"name_latin": "t-3"})
    assert again.remarks == (FieldRemark("photo", "t-1", True), FieldRemark("name_latin", "t-2", False, "t-3"))
    assert again.corrected("delegate", {"name_latin": "g"}).remarks == again.remarks
    assert again.follows(state=State.ACCEPTED).remarks == again.remarks
    assert again.follows(state=State.RETURNED, remarks=asked[:1]).remarks == asked[:1]


def test_remarks_are_settled_by_submitting_again() -> None:
    returned = somebody().follows(state=State.RETURNED, returned_fields=("photo",), remark="text")
    assert (returned.state, returned.returned_fields, returned.remark) == (State.RETURNED, ("photo",), "text")
    again = returned.corrected("delegate", {})
    assert (again.state, again.returned_fields, again.remark) == (State.SUBMITTED, (), None)


def test_who_gave_the_place_away_is_gone_whatever_is_decided_later() -> None:
    gone = somebody().gives_place_to(DRAFT)
    assert (gone.state, gone.substituted_by) == (State.SUBSTITUTED, "new")
    assert gone.follows(state=State.ACCEPTED).state is State.SUBSTITUTED
    with pytest.raises(AlreadyWithdrawnError):
        gone.withdrawn()
    with pytest.raises(CannotSubstituteError):
        gone.gives_place_to(DRAFT)


def test_who_takes_a_place_is_a_draft_of_the_same_category() -> None:
    with pytest.raises(CannotSubstituteError):
        somebody().gives_place_to(somebody("other"))
    with pytest.raises(CannotSubstituteError):
        somebody().gives_place_to(replace(DRAFT, category="head"))
    assert somebody(state=State.REJECTED).gives_place_to(DRAFT).state is State.SUBSTITUTED


@pytest.mark.parametrize(
    ("state", "badge", "missing", "turn"),
    [
        (State.DRAFT, BadgeStatus.NONE, (), Turn.DELEGATION),
        (State.SUBMITTED, BadgeStatus.NONE, (), Turn.OFFICER),
        (State.RETURNED, BadgeStatus.NONE, ("photo",), Turn.DELEGATION),
        (State.ACCEPTED, BadgeStatus.PREPARED, (), Turn.DESK),
        (State.ACCEPTED, BadgeStatus.PREPARED, ("rank",), Turn.DELEGATION),
        (State.ACCEPTED, BadgeStatus.ACTIVE, (), Turn.NOBODY),
        (State.WITHDRAWN, BadgeStatus.NONE, (), Turn.NOBODY),
    ],
)
def test_whose_turn_it_is(state: State, badge: BadgeStatus, missing: tuple[str, ...], turn: Turn) -> None:
    assert Standing(replace(somebody(state=state), badge=badge), missing).turn is turn


PEOPLE = {
    each.participant_id: each
    for each in (
        somebody("a"),
        somebody("b", State.ACCEPTED),
        somebody("d", State.DRAFT),
        somebody("e", State.DRAFT, "head"),
        somebody("gone", State.WITHDRAWN),
    )
}
QUOTAS = [Quota("delegate", 2, 2), Quota("head", 1, 1)]


def test_a_plan_is_compared_with_each_quota_before_anything_is_done() -> None:
    found = {each.quota.category: each for each in differences(Plan(add=("d", "e"), drop=("a",)), PEOPLE, QUOTAS)}
    assert (found["delegate"].after, found["delegate"].change, found["delegate"].over) == (2, 0, 0)
    assert (found["head"].after, found["head"].change, found["head"].over) == (2, 1, 1)


def test_a_swap_changes_no_quota() -> None:
    assert [each.change for each in differences(Plan(swap=(("b", "d"),)), PEOPLE, QUOTAS)] == [0, 0]


def test_a_quota_that_was_cut_does_not_stop_a_plan_that_takes_no_place() -> None:
    (found,) = differences(Plan(drop=("a",)), PEOPLE, [Quota("delegate", 0, 2)])
    assert (found.after, found.over) == (1, 0)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(add=("d", "d")),
        Plan(add=("a",)),
        Plan(drop=("d",)),
        Plan(drop=("gone",)),
        Plan(drop=("a",), swap=(("a", "d"),)),
        Plan(swap=(("gone", "d"),)),
        Plan(swap=(("a", "b"),)),
        Plan(add=("nobody",)),
    ],
)
def test_a_plan_that_cannot_be_is_refused(plan: Plan) -> None:
    with pytest.raises(PlanInvalidError):
        differences(plan, PEOPLE, QUOTAS)


def test_a_badges_life_is_followed_and_another_badges_end_is_not_this_ones() -> None:
    active = somebody().with_badge(BadgeStatus.PREPARED, "b-1").with_badge(BadgeStatus.ACTIVE, "b-1")
    suspended = active.with_badge(BadgeStatus.SUSPENDED, "b-1")
    assert (active.badge, suspended.badge) == (BadgeStatus.ACTIVE, BadgeStatus.SUSPENDED)
    replacement_waits = active.with_badge(BadgeStatus.PREPARED, "b-2")
    assert replacement_waits.badge is BadgeStatus.ACTIVE
    assert replacement_waits.with_badge(BadgeStatus.ENDED, "b-2").badge is BadgeStatus.ACTIVE
    replaced = replacement_waits.with_badge(BadgeStatus.ENDED, "b-1").with_badge(BadgeStatus.ACTIVE, "b-2")
    assert (replaced.badge, replaced.badge_id) == (BadgeStatus.ACTIVE, "b-2")
    assert active.with_badge(BadgeStatus.ENDED, "b-1").with_badge(BadgeStatus.PREPARED, "b-3").badge is (
        BadgeStatus.PREPARED
    )


def test_a_suspended_badge_is_the_desks_turn_and_one_that_was_handed_out_nobodys() -> None:
    accepted = somebody(state=State.ACCEPTED)
    turns = {status: Standing(accepted.with_badge(status, "b-1"), ()).turn for status in BadgeStatus}
    assert {status for status, turn in turns.items() if turn is Turn.NOBODY} == {BadgeStatus.ISSUED, BadgeStatus.ACTIVE}
