"""A listener in memory, to which records are handed by hand, and the people who mend its dead letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.cause import CommandKey
from shared.messaging.kernel import INDEXES
from shared.messaging.outbox import OUTBOX
from shared.messaging.record import RawRecord
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.security.principal import Principal, Role
from shared.testing.delivery import CAUSE, EFFECT_INDEXES, EFFECTS, GROUP, WritesDown, submitted
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel
from shared.testing.memory.server import Server

FIRST = Principal("first", "person-first", frozenset({Role.OPERATOR}))
SECOND = Principal("second", "person-second", frozenset({Role.OPERATOR}))
TWIN = Principal("first-again", "person-first", frozenset({Role.OPERATOR}))
AUDITOR = Principal("auditor", "person-auditor", frozenset({Role.AUDITOR}))


def key(text: str) -> CommandKey:
    return CommandKey("first", text, "fingerprint")


OTHER = "accreditation.other"


class Hears(Reaction[ParticipantSubmitted, None]):
    """Applies whatever comes without a trace."""

    async def apply(self, tx: Any, received: Received[ParticipantSubmitted], prepared: None) -> None:
        del tx, received, prepared


class Desk:
    """`reaction` is the group's that letters are mended of; a group OTHER hears the same topic."""

    def __init__(self) -> None:
        self._server, self._broker = Server(), MemoryBroker(now_ms=lambda: 0)
        self.reaction = WritesDown()
        self.kernel = memory_kernel(self._server, self._broker, "accreditation")
        self.kernel.subscribe(
            [
                Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: self.reaction}),
                Subscription(REGISTRATION_PARTICIPANTS, "other", {ParticipantSubmitted: Hears()}),
            ]
        )
        self._teller = memory_kernel(self._server, self._broker, "registration")
        self.offset = 0
        self.first: RawRecord
        self.last: RawRecord

    async def prepare(self) -> Desk:
        await self._teller.database.ensure_indexes(INDEXES)
        await self.kernel.database.ensure_indexes([*INDEXES, *EFFECT_INDEXES])
        return self

    async def receive(self, participant: str, revision: int, category: str = "delegate", **changes: Any) -> None:
        """A record that registration told, as it comes from the log; `changes` to what came."""

        async def work(tx: Any) -> None:
            tx.emit(submitted(participant, revision, category))

        await self._teller.unit_of_work.run(work, cause=CAUSE)
        row = await self._teller.database.collection(OUTBOX).find_one({"key": participant}, sort=[("sequence", -1)])
        assert row is not None
        headers = tuple((name, bytes(value)) for name, value in row["headers"])
        self.offset += 1
        record = RawRecord(row["topic"], 0, self.offset, participant.encode(), headers, bytes(row["data"]), 0)
        self.first = record if self.offset == 1 else self.first
        self.last = replace(record, **changes)
        await self.kernel.dead_letters.inbox(GROUP).receive(self.last)

    async def effects(self) -> list[str]:
        found = await self.kernel.database.collection(EFFECTS).find({}, limit=100, sort=[("_id", 1)])
        return [each["_id"] for each in found]

    async def revisions(self) -> list[int]:
        found = await self.kernel.database.collection(EFFECTS).find({}, limit=100, sort=[("number", 1)])
        return [each["revision"] for each in found]

    async def audited(self) -> list[dict[str, Any]]:
        rows = await self.kernel.database.collection(OUTBOX).find({"topic": "audit"}, limit=100)
        return [orjson.loads(row["data"]) for row in rows]
