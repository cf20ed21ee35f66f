"""Keep every event about a person, and when each gate was heard of last: read models, folded from the log."""

from __future__ import annotations

from typing import Any, Final

from shared.contracts.entrance import ScanRecorded
from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.storage import Index

CHAPTERS: Final = "story_chapters"
GATES: Final = "gate_freshness"
INDEXES: Final = (
    Index(CHAPTERS, (("participant_id", 1), ("happened", 1))),
    Index(CHAPTERS, (("badge_number", 1),), partial={"badge_number": {"$exists": True}}),
    Index(GATES, ()),
)


class KeepStory(Reaction[IntegrationEvent, None]):
    async def apply(self, tx: Transaction, received: Received[IntegrationEvent], prepared: None) -> None:
        del prepared
        data = received.data.model_dump(mode="json")
        participant_id = data.get("participant_id")
        if participant_id is not None:
            await tx.collection(CHAPTERS).replace_one({"_id": received.id}, _document(received, data), upsert=True)
        if isinstance(received.data, ScanRecorded):
            await self._note_gate(tx, received.data)

    @staticmethod
    async def _note_gate(tx: Transaction, scan: ScanRecorded) -> None:
        # The latest scan by the gate's own clock: gates' records may come in any order.
        update = {"$max": {"last_scan": scan.scanned_at}, "$inc": {"scans": 1}}
        await tx.collection(GATES).update_one({"_id": scan.gate}, update, upsert=True)


def subscriptions() -> list[Subscription]:
    """Every topic there is, as one group."""
    keep = KeepStory()
    return [
        Subscription(topic, "story", {event: keep for event in REGISTRY.events.values() if topic == event.TOPIC})
        for topic in REGISTRY.topics
    ]


def _document(received: Received[IntegrationEvent], data: dict[str, Any]) -> dict[str, Any]:
    envelope = received.envelope
    document = {
        "_id": received.id,
        "participant_id": data["participant_id"],
        "type": envelope.type,
        "service": envelope.source.rsplit("/", 1)[-1],
        "topic": received.data.TOPIC,
        "sequence": received.sequence,
        "happened": received.time,
        "recorded": received.recorded,
        "correlation": envelope.correlation_id,
        "cause": envelope.causation_id,
        "actor": envelope.actor,
        "data": data,
    }
    return document | ({"badge_number": data["number"]} if "number" in data else {})
