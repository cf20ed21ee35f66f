"""A participant was submitted or corrected: run the automatic checks and open the dossier, or open it again."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.issue_badge import IssueBadge, end_badges
from services.accreditation.application.ports import Badges, Dossiers
from services.accreditation.domain.badge import Reason
from services.accreditation.domain.checks import Check, CheckRules, Facts, run_checks
from services.accreditation.domain.dossier import Approved, Dossier, DossierEvent, Review, State
from shared.conference import ConferenceCopy
from shared.contracts.registration import ParticipantCorrected, ParticipantSubmitted
from shared.errors import InfrastructureError
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import Answer, PersonalData, PersonalRecord, Purpose

Told = ParticipantSubmitted | ParticipantCorrected


@dataclass(frozen=True)
class Looked:
    """What the preparation found: the review that the category asks, and the checks; the facts themselves are gone."""

    review: Review
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class OpenDossier(Reaction[Told, Looked]):
    dossiers: Dossiers
    badges: Badges
    conference: ConferenceCopy
    personal_data: PersonalData
    issue_badge: IssueBadge

    async def prepare(self, received: Received[Told]) -> Looked:
        """Read what the checks need and run them, outside any transaction."""
        event = received.data
        conference = await self.conference.current()
        category = conference.category(event.category) if conference else None
        delegation = conference.delegation(event.delegation) if conference else None
        if conference is None or category is None or delegation is None:
            # The conference comes on another topic: its version that knows this category is on its way.
            raise InfrastructureError("the conference's version with this category has not come yet")
        people = await self.personal_data.read([event.participant_id], purpose=Purpose.AUTOMATIC_CHECKS)
        rules = CheckRules(
            passport_required=category.passport_required,
            photo_required=category.photo_required,
            nationality=delegation.nationality,
            last_day=conference.last_day,
        )
        facts = _facts(people[event.participant_id], has_photo=event.has_photo)
        return Looked(Review(category.review.value), run_checks(facts, rules))

    async def apply(self, tx: Transaction, received: Received[Told], prepared: Looked) -> None:
        event = received.data
        present = await self.dossiers.by_id(event.participant_id, tx)
        if present is None:
            dossier = Dossier(
                participant_id=event.participant_id,
                conference_id=event.conference_id,
                delegation=event.delegation,
                category=event.category,
                revision=event.revision,
                review=prepared.review,
                checks=prepared.checks,
            )
        else:
            dossier = present.rechecked(
                category=event.category, revision=event.revision, review=prepared.review, checks=prepared.checks
            )
            if present.state is State.APPROVED:
                # What was approved is no longer what is submitted: the badge waits for a new decision.
                await end_badges(tx, self.badges, event.participant_id, Reason.REPLACED)
        await self._open(tx, dossier)

    async def _open(self, tx: Transaction, dossier: Dossier) -> None:
        opened, events = dossier.opened()
        await self.dossiers.save(tx, opened)
        for event in events:
            tx.emit(event)
            await self._issue_if_approved(tx, event)

    async def _issue_if_approved(self, tx: Transaction, event: DossierEvent) -> None:
        if isinstance(event, Approved):
            await self.issue_badge(tx, event.dossier)


def _facts(answer: Answer, *, has_photo: bool) -> Facts:
    """Somebody who was erased meanwhile has no facts; the checks then ask for attention."""
    record = answer if isinstance(answer, PersonalRecord) else PersonalRecord()
    return Facts(
        has_name=bool(record.name_arabic or record.name_latin),
        has_photo=has_photo,
        nationality=record.nationality,
        birth_date=record.birth_date,
        document_number=record.document_number,
        document_expires=record.document_expires,
    )
