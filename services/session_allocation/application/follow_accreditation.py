"""Keep every participant's entitlements in step with accreditation and with the programme."""

from __future__ import annotations

from typing import Any, Final

from services.session_allocation.domain.entitlement import Entitlement, SessionRule
from shared.conference import conference_in
from shared.contracts.accreditation import BadgeRevoked, ParticipantApproved, ParticipantRejected, RevocationReason
from shared.contracts.conference import Conference
from shared.contracts.session_allocation import EntitlementsChanged
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction
from shared.storage import Document, Index

ENTITLEMENTS: Final = "entitlements"
INDEXES: Final = (Index(ENTITLEMENTS, (("sessions", 1), ("_id", 1))),)


class EntitleApproved(Reaction[ParticipantApproved, None]):
    async def apply(self, tx: Transaction, received: Received[ParticipantApproved], prepared: None) -> None:
        del prepared
        event = received.data
        conference = await conference_in(tx)
        entitlement = Entitlement(event.participant_id, event.delegation, event.category, True, ())
        rules = session_rules(conference) if conference else []
        await _change(tx, entitlement.under(rules), event.conference_id)


class WithdrawEntitlements(Reaction[ParticipantRejected | BadgeRevoked, None]):
    """A rejection or a withdrawal ends every entitlement; a lost or replaced badge ends none."""

    async def apply(
        self, tx: Transaction, received: Received[ParticipantRejected | BadgeRevoked], prepared: None
    ) -> None:
        del prepared
        event = received.data
        if isinstance(event, BadgeRevoked) and event.reason in (RevocationReason.LOST, RevocationReason.REPLACED):
            return
        document = await tx.collection(ENTITLEMENTS).find_one({"_id": event.participant_id})
        if document is not None:
            ended = Entitlement(event.participant_id, event.delegation, document["category"], False, ())
            await _change(tx, ended, event.conference_id)


async def recompute(tx: Transaction, conference: Conference) -> None:
    """A new version of the programme: change what it changes, participant by participant."""
    rules = session_rules(conference)
    documents = await tx.collection(ENTITLEMENTS).find({"accredited": True}, limit=20_000)
    for document in documents:
        await _change(tx, _entitlement(document).under(rules), conference.id)


def session_rules(conference: Conference) -> list[SessionRule]:
    return [SessionRule(session.code, frozenset(session.categories)) for session in conference.sessions]


async def _change(tx: Transaction, entitlement: Entitlement, conference_id: str) -> None:
    collection = tx.collection(ENTITLEMENTS)
    present = await collection.find_one({"_id": entitlement.participant_id})
    document: Document = {
        "_id": entitlement.participant_id,
        "delegation": entitlement.delegation,
        "category": entitlement.category,
        "accredited": entitlement.accredited,
        "sessions": list(entitlement.sessions),
    }
    if present == document:
        return
    await collection.replace_one({"_id": entitlement.participant_id}, document, upsert=True)
    tx.emit(
        EntitlementsChanged(
            conference_id=conference_id,
            participant_id=entitlement.participant_id,
            delegation=entitlement.delegation,
            sessions=entitlement.sessions,
        )
    )


def _entitlement(document: dict[str, Any]) -> Entitlement:
    return Entitlement(
        document["_id"],
        document["delegation"],
        document["category"],
        document["accredited"],
        tuple(document["sessions"]),
    )
