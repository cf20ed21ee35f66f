"""A small read model, and a long log of which it is the fold: for rebuilding it and for timing that."""

from __future__ import annotations

import asyncio
from typing import Final

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.sequence import Place
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.inbox import POSITIONS
from shared.messaging.kafka import KafkaAccess, start_producer
from shared.messaging.outbox import outgoing
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document
from shared.testing.delivery import CAUSE, submitted
from shared.world import SYSTEM

MODEL: Final = "standings"
EVENTS_A_STREAM: Final = 20
_IN_FLIGHT: Final = 5_000
_AT_ONCE: Final = 1_000


def standing(document: Document | None, key: str, revision: int) -> Document:
    """Of each participant how many events there were, and the revision of the last."""
    return {"_id": key, "events": (document["events"] if document else 0) + 1, "revision": revision}


class KeepsStandings(Reaction[ParticipantSubmitted, None]):
    async def apply(self, tx: Transaction, received: Received[ParticipantSubmitted], prepared: None) -> None:
        standings = tx.collection(MODEL)
        document = standing(await standings.find_one({"_id": received.key}), received.key, received.data.revision)
        await standings.replace_one({"_id": received.key}, document, upsert=True)


async def tell_log(access: KafkaAccess, events: int) -> list[str]:
    """That many events on the topic, twenty of each stream, as the outbox would have sent them; the streams' keys."""
    producer = await start_producer(access)
    topic = access.topic(REGISTRATION_PARTICIPANTS)
    keys = [f"log-{number}" for number in range(events // EVENTS_A_STREAM)]
    sent = []
    for sequence in range(1, EVENTS_A_STREAM + 1):
        for key in keys:
            record = outgoing(submitted(key, sequence), cause=CAUSE, world=SYSTEM, source="registration")
            row = record.document(Place(sequence), SYSTEM.now())
            headers = [(name, value) for name, value in row["headers"]]
            sent.append(await producer.send(topic, row["data"], key=key.encode(), headers=headers))
            if len(sent) == _IN_FLIGHT:
                await asyncio.gather(*sent)
                sent.clear()
    await asyncio.gather(*sent)
    await producer.stop()
    return keys


async def fold_log(database: Database, group: str, keys: list[str]) -> None:
    """What the group has made of that log: its positions, and the model."""
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        identities = [{"group": group, "topic": REGISTRATION_PARTICIPANTS, "key": key} for key in some]
        await database.collection(POSITIONS).put_many(
            [{"_id": identity, "sequence": EVENTS_A_STREAM} for identity in identities]
        )
        await database.collection(MODEL).put_many(
            [{"_id": key, "events": EVENTS_A_STREAM, "revision": EVENTS_A_STREAM} for key in some]
        )
