"""Take every event of every service into the audit log's intake; `append_audit` gives each its place."""

from __future__ import annotations

import hashlib
from typing import Final

from services.operations.domain.audit_log import Leaf
from shared.contracts.audit import AuditFactRecorded
from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.storage import Document, Index

INTAKE: Final = "audit_intake"
INDEXES: Final = (Index(INTAKE, (("recorded", 1), ("_id", 1))),)


class KeepAudit(Reaction[IntegrationEvent, None]):
    """Events of many keys arrive beside each other; a place in one order for all would let only one in at a time."""

    async def apply(self, tx: Transaction, received: Received[IntegrationEvent], prepared: None) -> None:
        del prepared
        document: Document = {"_id": received.id, "recorded": received.recorded, "leaf": leaf_of(received).line()}
        await tx.collection(INTAKE).replace_one({"_id": received.id}, document, upsert=True)


def leaf_of(received: Received[IntegrationEvent]) -> Leaf:
    """The event as a leaf: nothing of it but references, codes and a hash."""
    envelope, data = received.envelope, received.data
    return Leaf(
        event_id=received.id,
        type=envelope.type,
        topic=data.TOPIC,
        key=received.key,
        sequence=received.sequence,
        happened=received.time,
        actor=envelope.actor,
        correlation=envelope.correlation_id,
        cause=envelope.causation_id or "",
        data=hashlib.sha256(received.value).hexdigest(),
        fact=data.model_dump(mode="json") if isinstance(data, AuditFactRecorded) else {},
    )


def subscriptions() -> list[Subscription]:
    """Every topic there is, as one group: the story's failures do not hold back the audit log, nor the other way."""
    keep = KeepAudit()
    return [
        Subscription(topic, "audit", {event: keep for event in REGISTRY.events.values() if topic == event.TOPIC})
        for topic in REGISTRY.topics
    ]
