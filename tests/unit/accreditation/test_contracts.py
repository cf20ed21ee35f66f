"""What accreditation tells is what its contracts say."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from services.accreditation.adapters.told_events import to_contract
from services.accreditation.domain import events
from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.checks import Check, Outcome
from shared.contracts import accreditation as contracts

SUBJECT = events.Subject("small", "p-1", "egypt")
NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)
CHECK = Check("photo_present", Outcome.ATTENTION, ("photo",))
HALL = AccessGrant("hall", (1, 2), time(8), time(0, 0))
TOLD = [
    (events.DossierChecked(SUBJECT, "delegate", 2, (CHECK,)), contracts.DossierChecked),
    (events.SecondOfficerRequired(SUBJECT, "head"), contracts.SecondOfficerRequired),
    (events.ParticipantApproved(SUBJECT, "delegate", automatic=True), contracts.ParticipantApproved),
    (events.ParticipantRejected(SUBJECT, "delegate", "not_accredited"), contracts.ParticipantRejected),
    (events.ParticipantReturned(SUBJECT, "delegate", ("photo",)), contracts.ParticipantReturned),
    (events.DossierStageEntered(SUBJECT, "delegate", "screening", NOW), contracts.DossierStageEntered),
    (events.StageDueSoon(SUBJECT, "delegate", "review", NOW), contracts.StageDueSoon),
    (events.StageOverdue(SUBJECT, "delegate", "review", NOW), contracts.StageOverdue),
    (events.BreakGlassUsed(SUBJECT, "delegate"), contracts.BreakGlassUsed),
    (events.BreakGlassReviewed(SUBJECT, "delegate", upheld=False), contracts.BreakGlassReviewed),
    (
        events.BadgePrepared(SUBJECT, "b-1", 7, "0007-X", "07eb01", "delegate", (HALL,), 1, NOW, NOW, replaces="b-0"),
        contracts.BadgePrepared,
    ),
    (events.BadgeActivated(SUBJECT, "b-1", 7), contracts.BadgeActivated),
    (events.BadgeIssued(SUBJECT, "b-1", 7, "r-1"), contracts.BadgeIssued),
    (events.BadgeAccessChanged(SUBJECT, "b-1", 7, (HALL,), 2), contracts.BadgeAccessChanged),
    (events.BadgeSuspended(SUBJECT, "b-1", 7), contracts.BadgeSuspended),
    (events.BadgeResumed(SUBJECT, "b-1", 7), contracts.BadgeResumed),
    (events.CardRecorded(SUBJECT, "b-1", "A001", events.CardOutcome.SPOILED, 2), contracts.CardRecorded),
    (events.BadgeRevoked(SUBJECT, "b-1", 7, events.RevocationReason.LOST), contracts.BadgeRevoked),
]


@pytest.mark.parametrize(("event", "contract"), TOLD, ids=lambda item: type(item).__name__)
def test_an_event_about_a_participant_is_told_in_the_participants_stream(
    event: object, contract: type[contracts.DossierChecked]
) -> None:
    told = to_contract(event)
    assert type(told) is contract
    assert told.stream_key() == "p-1"


def test_a_signing_key_is_told_in_the_conferences_stream() -> None:
    told = to_contract(events.SigningKeyPublished("small", 2027, "07eb01", "ab" * 32))
    assert told.stream_key() == "small"


def test_what_a_check_looked_at_stays_with_accreditation() -> None:
    assert b'"evidence"' not in to_contract(TOLD[0][0]).to_json()
