from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.accreditation.domain.checks import Check, Outcome
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierStateError, SamePersonError
from services.accreditation.domain.dossier_facts import DossierState, Officer, Submission
from services.accreditation.domain.events import (
    DossierChecked,
    ParticipantApproved,
    ParticipantRejected,
    ParticipantReturned,
    SecondOfficerRequired,
    Subject,
)
from services.accreditation.domain.hits import NO_HITS
from services.accreditation.domain.workflow import Review, Stage, StageKind, Workflow

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SUBJECT = Subject("small", "p-1", "egypt")
GOOD = (Check("name_present", Outcome.PASSED, ("name_arabic",)),)
BAD = (Check("photo_present", Outcome.ATTENTION, ("photo",)),)
AMIRA = Officer("account-amira", "person-amira")
AMIRA_AGAIN = Officer("account-amira-2", "person-amira")
BASHIR = Officer("account-bashir", "person-bashir")
ONE_OFFICER, TWO_OFFICERS, AUTOMATIC = (
    Workflow(review) for review in (Review.ONE_OFFICER, Review.TWO_OFFICERS, Review.AUTOMATIC)
)
SCREENED = Workflow(Review.ONE_OFFICER, tuple(Stage(kind) for kind in StageKind))


def opened(revision: int = 1) -> Dossier:
    return Dossier.open(SUBJECT, Submission("delegate", revision, has_photo=True), NOW)


def in_review(review: Workflow = ONE_OFFICER) -> Dossier:
    return opened().checked(GOOD, NO_HITS, review, NOW)[0]


def in_state(state: DossierState) -> Dossier:
    match state:
        case DossierState.CHECKING:
            return opened()
        case DossierState.IN_REVIEW:
            return in_review()
        case DossierState.IN_SCREENING:
            return in_review(SCREENED).approve(AMIRA, SCREENED, NOW)[0]
        case DossierState.AWAITING_SECOND_OFFICER:
            return in_review().approve(AMIRA, TWO_OFFICERS, NOW)[0]
        case DossierState.APPROVED:
            return in_review().approve(AMIRA, ONE_OFFICER, NOW)[0]
        case DossierState.REJECTED:
            return in_review().reject("not_accredited", AMIRA, NOW, tell_at=NOW)[0]
        case DossierState.RETURNED:
            return in_review().return_for_correction(["photo"], AMIRA, NOW)[0]
        case DossierState.WITHDRAWN:
            return in_review().withdrawn(NOW)


def test_checked_dossiers_go_to_an_officer() -> None:
    dossier, events = opened().checked(BAD, NO_HITS, ONE_OFFICER, LATER)
    assert (dossier.state, dossier.attention, dossier.since) == (DossierState.IN_REVIEW, 1, LATER)
    assert events == (DossierChecked(SUBJECT, "delegate", 1, BAD),)


def test_an_automatic_category_approves_itself_when_every_check_passes() -> None:
    dossier, events = opened().checked(GOOD, NO_HITS, AUTOMATIC, NOW)
    assert dossier.state is DossierState.APPROVED
    assert events[-1] == ParticipantApproved(SUBJECT, "delegate", automatic=True)


def test_an_automatic_category_goes_to_review_when_a_check_asks_for_eyes() -> None:
    dossier, events = opened().checked(BAD, NO_HITS, AUTOMATIC, NOW)
    assert dossier.state is DossierState.IN_REVIEW
    assert len(events) == 1


def test_one_officer_approves_where_one_is_enough() -> None:
    dossier, events = in_review().approve(AMIRA, ONE_OFFICER, LATER)
    assert dossier.state is DossierState.APPROVED
    assert events == (ParticipantApproved(SUBJECT, "delegate", automatic=False),)


def test_two_officers_are_two_steps() -> None:
    first, asked = in_review().approve(AMIRA, TWO_OFFICERS, NOW)
    assert (first.state, asked) == (
        DossierState.AWAITING_SECOND_OFFICER,
        (SecondOfficerRequired(SUBJECT, "delegate"),),
    )
    second, approved = first.approve(BASHIR, TWO_OFFICERS, LATER)
    assert (second.state, len(approved)) == (DossierState.APPROVED, 1)


def test_two_accounts_of_one_person_are_not_four_eyes() -> None:
    first = in_state(DossierState.AWAITING_SECOND_OFFICER)
    with pytest.raises(SamePersonError):
        first.approve(AMIRA_AGAIN, TWO_OFFICERS, LATER)


def test_the_second_officer_may_reject() -> None:
    rejected, events = in_state(DossierState.AWAITING_SECOND_OFFICER).reject(
        "not_accredited", BASHIR, LATER, tell_at=LATER
    )
    assert rejected.state is DossierState.REJECTED
    assert events == (ParticipantRejected(SUBJECT, "delegate", "not_accredited"),)


def test_a_correction_voids_the_first_of_two_approvals() -> None:
    corrected = in_state(DossierState.AWAITING_SECOND_OFFICER).resubmitted(Submission("delegate", 2, True), LATER)
    again = corrected.checked(GOOD, NO_HITS, TWO_OFFICERS, LATER)[0]
    assert again.approve(BASHIR, TWO_OFFICERS, LATER)[0].state is DossierState.AWAITING_SECOND_OFFICER


def test_a_return_names_each_field_once_and_forgets_the_first_approval() -> None:
    returned, events = in_state(DossierState.AWAITING_SECOND_OFFICER).return_for_correction(
        ["photo", "photo"], BASHIR, LATER
    )
    assert events == (ParticipantReturned(SUBJECT, "delegate", ("photo",)),)
    assert (returned.state, returned.approvals) == (DossierState.RETURNED, ())


def test_a_correction_leads_back_to_the_checks_and_leaves_nothing_of_the_decision() -> None:
    for state in DossierState:
        back = in_state(state).resubmitted(Submission("delegate", 2, True), LATER)
        assert (back.state, back.releasable_code, back.returned_fields) == (DossierState.CHECKING, None, ())


APPROVABLE = {DossierState.IN_REVIEW, DossierState.AWAITING_SECOND_OFFICER}
REJECTABLE = APPROVABLE | {DossierState.IN_SCREENING, DossierState.APPROVED, DossierState.RETURNED}


def refused(decide: Callable[[], object]) -> bool:
    try:
        decide()
    except DossierStateError:
        return True
    return False


@pytest.mark.parametrize("state", list(DossierState))
def test_a_dossier_is_decided_only_in_the_states_that_wait_for_it(state: DossierState) -> None:
    dossier = in_state(state)
    assert refused(lambda: dossier.approve(BASHIR, ONE_OFFICER, LATER)) is (state not in APPROVABLE)
    assert refused(lambda: dossier.return_for_correction(["photo"], BASHIR, LATER)) is (state not in APPROVABLE)
    assert refused(lambda: dossier.reject("not_accredited", BASHIR, LATER, tell_at=LATER)) is (state not in REJECTABLE)
    assert refused(lambda: dossier.checked(GOOD, NO_HITS, ONE_OFFICER, LATER)) is (state is not DossierState.CHECKING)
