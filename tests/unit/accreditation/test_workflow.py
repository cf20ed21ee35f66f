"""Stages, time limits, assignments, hits, screening and broken glass."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.accreditation.domain.claim import Claim, require_free
from services.accreditation.domain.deadlines import wakes_at, woken
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import (
    AlreadyDecidedError,
    AssignedError,
    ClaimedError,
    SamePersonError,
)
from services.accreditation.domain.dossier_facts import DossierState, Officer, Risk, Submission
from services.accreditation.domain.events import (
    BreakGlassReviewed,
    BreakGlassUsed,
    DossierStageEntered,
    ParticipantApproved,
    ParticipantRejected,
    StageDueSoon,
    StageOverdue,
)
from services.accreditation.domain.hits import NO_HITS, Hits
from services.accreditation.domain.screening_errors import AlertsOpenError, WatchlistedError
from services.accreditation.domain.workflow import Review, Stage, StageKind, Workflow, released_at
from tests.unit.accreditation.test_dossier import AMIRA, AMIRA_AGAIN, BAD, BASHIR, GOOD, LATER, NOW, opened

AUTHORITY = Officer("account-authority", "person-authority")
ONE = Workflow(Review.ONE_OFFICER)
WHOLE = Workflow(
    Review.ONE_OFFICER, (Stage(StageKind.REVIEW, 48, 12), Stage(StageKind.SCREENING, 24), Stage(StageKind.DECISION))
)
UNATTENDED = Workflow(
    Review.AUTOMATIC, (Stage(StageKind.REVIEW), Stage(StageKind.SCREENING), Stage(StageKind.DECISION))
)


def checked(workflow: Workflow = ONE, *, hits: Hits = NO_HITS, category: str = "delegate") -> Dossier:
    return opened().checked(GOOD, hits, workflow, NOW)[0]


def in_screening() -> Dossier:
    return checked(WHOLE).approve(AMIRA, WHOLE, NOW)[0]


def test_each_stage_has_its_own_time_limit() -> None:
    reviewed = checked(WHOLE)
    assert reviewed.limit is not None
    assert (reviewed.limit.due, reviewed.limit.remind_at) == (NOW + timedelta(hours=48), NOW + timedelta(hours=36))
    screening, events = reviewed.approve(AMIRA, WHOLE, LATER)
    assert screening.state is DossierState.IN_SCREENING
    assert events == (DossierStageEntered(reviewed.subject, "delegate", "screening", LATER + timedelta(hours=24)),)


def test_a_cleared_dossier_goes_to_its_decision_and_a_reviewer_may_decide() -> None:
    deciding, _ = in_screening().screened(True, AUTHORITY, WHOLE, NOW)
    assert (deciding.state, deciding.stage, deciding.risk) == (DossierState.IN_REVIEW, StageKind.DECISION, Risk.NONE)
    approved, events = deciding.approve(AMIRA, WHOLE, LATER)
    assert approved.state is DossierState.APPROVED
    assert events == (ParticipantApproved(approved.subject, "delegate", automatic=False),)


def test_who_screened_does_not_decide_whatever_account_or_role_is_used() -> None:
    deciding, _ = in_screening().screened(True, Officer("account-authority", AMIRA.person_id), WHOLE, NOW)
    with pytest.raises(SamePersonError):
        deciding.approve(AMIRA_AGAIN, WHOLE, LATER)


def test_not_clear_is_decided_by_two_officers() -> None:
    deciding, _ = in_screening().screened(False, AUTHORITY, WHOLE, NOW)
    assert deciding.risk is Risk.HIT
    first, _ = deciding.approve(AMIRA, WHOLE, LATER)
    assert first.state is DossierState.AWAITING_SECOND_OFFICER


def test_an_automatic_category_is_screened_and_then_approved_without_an_officer() -> None:
    waiting, _ = opened().checked(GOOD, NO_HITS, UNATTENDED, NOW)
    assert waiting.state is DossierState.IN_SCREENING
    approved, events = waiting.screened(True, AUTHORITY, UNATTENDED, LATER)
    assert approved.state is DossierState.APPROVED
    assert events[-1] == ParticipantApproved(approved.subject, "delegate", automatic=True)
    assert waiting.screened(False, AUTHORITY, UNATTENDED, LATER)[0].state is DossierState.IN_REVIEW
    assert opened().checked(BAD, NO_HITS, UNATTENDED, NOW)[0].stage is StageKind.REVIEW


def test_an_open_alert_stops_an_approval_and_a_cleared_one_asks_for_two_officers() -> None:
    with pytest.raises(AlertsOpenError):
        checked(hits=Hits(open=1)).approve(AMIRA, ONE, LATER)
    with pytest.raises(WatchlistedError):
        checked(hits=Hits(confirmed=1)).approve(AMIRA, ONE, LATER)
    first, _ = checked(hits=Hits(cleared=1)).approve(AMIRA, ONE, LATER)
    assert first.state is DossierState.AWAITING_SECOND_OFFICER
    assert first.approve(BASHIR, ONE, LATER)[0].state is DossierState.APPROVED


def test_a_hit_keeps_an_automatic_category_from_approving_itself_and_is_told_to_nobody() -> None:
    dossier, events = opened().checked(GOOD, Hits(open=1), Workflow(Review.AUTOMATIC), NOW)
    assert dossier.state is DossierState.IN_REVIEW
    assert [type(event).__name__ for event in events] == ["DossierChecked"]


def test_an_approved_dossier_with_a_new_alert_goes_before_an_officer_again() -> None:
    approved = checked().approve(AMIRA, ONE, NOW)[0]
    again, events = approved.with_hits(Hits(open=1), ONE, LATER)
    assert (again.state, again.risk, events) == (DossierState.IN_REVIEW, Risk.HIT, ())


def test_more_information_comes_back_to_the_same_officer() -> None:
    returned = checked().return_for_correction(["photo"], AMIRA, NOW)[0]
    back = returned.resubmitted(Submission("delegate", 2, True), LATER).checked(GOOD, NO_HITS, ONE, LATER)[0]
    with pytest.raises(AssignedError) as refused:
        back.approve(BASHIR, ONE, LATER)
    assert refused.value.by == AMIRA.person_id
    assert back.approve(AMIRA_AGAIN, ONE, LATER)[0].state is DossierState.APPROVED


def test_an_overdue_dossier_is_anybodys() -> None:
    returned = checked().return_for_correction(["photo"], AMIRA, NOW)[0]
    back = returned.resubmitted(Submission("delegate", 2, True), LATER).checked(GOOD, NO_HITS, ONE, LATER)[0]
    assert back.limit is not None
    overdue, events = woken(back, back.limit.due)
    assert [type(event) for event in events] == [StageOverdue]
    assert overdue.approve(BASHIR, ONE, back.limit.due)[0].state is DossierState.APPROVED


def test_time_reminds_once_and_escalates_once() -> None:
    dossier = checked(WHOLE)
    assert wakes_at(dossier) == NOW + timedelta(hours=36)
    reminded, first = woken(dossier, NOW + timedelta(hours=36))
    assert ([type(event) for event in first], wakes_at(reminded)) == ([StageDueSoon], NOW + timedelta(hours=48))
    assert woken(reminded, NOW + timedelta(hours=37)) == (reminded, ())
    overdue, second = woken(reminded, NOW + timedelta(hours=49))
    assert ([type(event) for event in second], wakes_at(overdue)) == ([StageOverdue], None)
    assert woken(overdue, NOW + timedelta(days=30)) == (overdue, ())


@pytest.mark.parametrize(
    ("at", "minutes", "told"),
    [("09:07", 0, "09:07"), ("09:07", 30, "09:30"), ("09:00", 30, "09:00"), ("09:31", 30, "10:00")],
)
def test_delegations_are_told_of_rejections_at_full_periods(at: str, minutes: int, told: str) -> None:
    def on_the_day(hour: str) -> datetime:
        return datetime.fromisoformat(f"2027-01-05T{hour}:00+00:00")

    assert released_at(on_the_day(at), minutes) == on_the_day(told)


def test_a_rejection_is_told_when_its_hour_comes_and_not_before() -> None:
    rejected, events = checked().reject("not_accredited", AMIRA, NOW, tell_at=LATER)
    assert (events, wakes_at(rejected)) == ((), LATER)
    assert woken(rejected, NOW) == (rejected, ())
    told, events = woken(rejected, LATER)
    assert events == (ParticipantRejected(rejected.subject, "delegate", "not_accredited"),)
    assert wakes_at(told) is None


def test_a_correction_before_that_hour_is_answered_by_its_own_decision_alone() -> None:
    rejected = checked().reject("not_accredited", AMIRA, NOW, tell_at=LATER)[0]
    assert rejected.resubmitted(Submission("delegate", 2, True), NOW).tell_at is None


def test_who_comes_second_is_told_who_did_what() -> None:
    approved = checked().approve(AMIRA, ONE, NOW)[0]
    with pytest.raises(AlreadyDecidedError) as refused:
        approved.approve(BASHIR, ONE, LATER)
    assert refused.value.data == {
        "state": "approved",
        "action": "approve",
        "by": AMIRA.person_id,
        "at": "2027-01-05 09:00",
    }


def test_broken_glass_approves_at_once_and_waits_for_another_officers_review() -> None:
    broken, events = in_screening().broken_glass(AMIRA, WHOLE, NOW)
    assert [type(event) for event in events] == [BreakGlassUsed, ParticipantApproved]
    assert (broken.state, broken.waits_for_officer, broken.risk) == (DossierState.APPROVED, True, Risk.HIT)
    with pytest.raises(SamePersonError):
        broken.reviewed_glass(True, AMIRA_AGAIN, LATER, tell_at=LATER)
    upheld, told = broken.reviewed_glass(True, BASHIR, LATER, tell_at=LATER)
    assert (upheld.waits_for_officer, told) == (False, (BreakGlassReviewed(broken.subject, "delegate", True),))
    overruled, _ = broken.reviewed_glass(False, BASHIR, LATER, tell_at=LATER)
    assert (overruled.state, overruled.waits_for_officer) == (DossierState.REJECTED, False)


def test_a_correction_does_not_make_the_review_of_a_broken_glass_go_away() -> None:
    broken = in_screening().broken_glass(AMIRA, WHOLE, NOW)[0]
    assert broken.resubmitted(Submission("delegate", 2, True), LATER).emergency is not None


def approved_again(broken: Dossier) -> Dossier:
    """As two officers decide on it, a broken glass being a risk."""
    first = broken.approve(AMIRA, ONE, LATER)[0]
    return first.approve(BASHIR, ONE, LATER)[0]


def test_a_broken_glass_is_reviewed_once_a_corrected_dossier_is_approved_again() -> None:
    broken = checked().broken_glass(AMIRA, ONE, NOW)[0]
    again = broken.resubmitted(Submission("delegate", 2, True), LATER).checked(GOOD, NO_HITS, ONE, LATER)[0]
    assert (again.awaits_decision, again.awaits_review) == (True, False)
    with pytest.raises(AlreadyDecidedError):
        again.reviewed_glass(True, BASHIR, LATER, tell_at=LATER)
    approved = approved_again(again)
    assert (approved.awaits_review, approved.waits_for_officer) == (True, True)
    assert approved.limit is not None, "the review has a time again"
    assert not approved.reviewed_glass(True, BASHIR, LATER, tell_at=LATER)[0].waits_for_officer


def test_a_broken_glass_is_reviewed_once_a_dossier_with_a_later_hit_is_approved_again() -> None:
    hit = checked().broken_glass(AMIRA, ONE, NOW)[0].with_hits(Hits(open=1), ONE, LATER)[0]
    assert (hit.state, hit.awaits_review) == (DossierState.IN_REVIEW, False)
    approved = approved_again(hit.with_hits(Hits(cleared=1), ONE, LATER)[0])
    overruled = approved.reviewed_glass(False, BASHIR, LATER, tell_at=LATER)[0]
    assert (overruled.state, overruled.emergency) == (DossierState.REJECTED, None)


def test_what_is_approved_without_an_emergency_has_no_time_limit() -> None:
    overdue = replace(checked(), is_overdue=True)
    approved = overdue.approve(AMIRA, ONE, LATER)[0]
    assert (approved.limit, approved.is_overdue, wakes_at(approved)) == (None, False, None)


def test_no_emergency_opens_a_gate_to_a_confirmed_hit() -> None:
    with pytest.raises(WatchlistedError):
        checked(hits=Hits(confirmed=1)).broken_glass(AMIRA, ONE, NOW)


def test_a_claim_holds_against_other_people_until_it_expires() -> None:
    claim = Claim.made("p-1", AMIRA, NOW)
    require_free(claim, AMIRA_AGAIN, NOW)
    with pytest.raises(ClaimedError):
        require_free(claim, BASHIR, NOW + timedelta(minutes=4))
    require_free(claim, BASHIR, NOW + timedelta(minutes=5))
    require_free(None, BASHIR, NOW)


def test_the_queue_knows_what_is_risky() -> None:
    assert opened().checked(BAD, NO_HITS, ONE, NOW)[0].risk is Risk.FINDING
    assert checked(hits=Hits(cleared=2)).risk is Risk.CLEARED_HIT
    assert replace(checked(), hits=Hits(open=1)).risk is Risk.HIT
