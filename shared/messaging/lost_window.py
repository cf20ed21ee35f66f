"""The lost window: what a service had told between its backup and the loss, and does not know of any more.

It is on the log and everybody else acts on it. Each stream of it is marked in the service's own database, for people to
look into; and the service takes over what it can: it runs its own reactions to what it told itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import structlog

from shared.contracts.envelope import Envelope, parse_headers
from shared.contracts.sequence import epoch_of
from shared.errors import ContractError, InfrastructureError
from shared.messaging.dead_letter import Failure
from shared.messaging.inbox import received_of
from shared.messaging.record import RawRecord
from shared.messaging.subscription import Reaction, Subscription
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.storage import Database, Index

LOST_WINDOW: Final = "lost_window"
INDEXES: Final = (Index(LOST_WINDOW, (("epoch", -1), ("topic", 1), ("key", 1)), unique=True),)
SHOWN_MAX: Final = 1_000

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LostStream:
    """A stream whose events on the log are newer than the restored state.

    `taken_over` of its `records` are known again. `first` and `last` are sequences, `since` and `until` when the broker
    wrote the first and the last of them. `problem` is the code of what could not be taken over, or empty.
    """

    epoch: int
    topic: str
    key: str
    first: int
    last: int
    records: int
    types: tuple[str, ...]
    since: datetime
    until: datetime
    taken_over: int = 0
    problem: str = ""


@dataclass
class Lost:
    """How much a service's lost window came to."""

    records: int = 0
    streams: int = 0
    taken_over: int = 0
    problems: int = 0
    epochs: set[int] = field(default_factory=set)


class LostWindow:
    """One service's. `outboxes` are the collections of its database that hold what it told, one document an event."""

    def __init__(
        self,
        database: Database,
        unit_of_work: UnitOfWork,
        *,
        service: str,
        outboxes: Sequence[str],
        told: Sequence[Subscription] = (),
    ) -> None:
        self._streams = database.collection(LOST_WINDOW)
        self._outboxes = [database.collection(name) for name in outboxes]
        self._unit_of_work = unit_of_work
        self._source = f"/bawaba/{service}"
        self._reactions: dict[tuple[str, str], Reaction[Any, Any]] = {
            (each.topic, event.TYPE): reaction for each in told for event, reaction in each.reactions.items()
        }

    async def among(self, records: Sequence[RawRecord]) -> list[tuple[RawRecord, str, Envelope]]:
        """Those of the records that this service told and does not know. Raises InfrastructureError."""
        own: dict[str, tuple[RawRecord, str, Envelope]] = {}
        for record in records:
            try:
                key, envelope = record.stream_key(), parse_headers(record.headers)
            except ContractError:
                continue  # nothing of ours: in quarantine, or a forgery
            if envelope.source == self._source:
                own.setdefault(envelope.id, (record, key, envelope))
        for outbox in self._outboxes:
            if own:
                known = await outbox.find({"_id": {"$in": list(own)}}, projection={"_id": 1}, limit=len(own))
                for document in known:
                    own.pop(document["_id"])
        return list(own.values())

    async def mark(self, records: Sequence[RawRecord], epoch: int, lost: Lost) -> None:
        """Take over what can be, and write down what this service does not know, added up in `lost`.

        Raises InfrastructureError.
        """
        for record, key, envelope in await self.among(records):
            if epoch_of(envelope.sequence) >= epoch:
                continue  # what was taken over before is told in the new epoch
            is_over, problem = await self._take_over(record, key, envelope)
            is_new = await self._note(record, key, envelope, epoch, is_over, problem)
            lost.records += 1
            lost.streams += is_new
            lost.taken_over += is_over
            lost.problems += bool(problem)

    async def _take_over(self, record: RawRecord, key: str, envelope: Envelope) -> tuple[bool, str]:
        reaction = self._reactions.get((record.topic, envelope.type))
        if reaction is None:
            return False, ""
        try:
            received = received_of(record, key, envelope)
            prepared = await reaction.prepare(received)

            async def work(tx: Transaction) -> None:
                await reaction.apply(tx, received, prepared)

            await self._unit_of_work.run(work, cause=received.cause())
        except InfrastructureError:
            raise
        except Exception as error:  # whatever it is, it must not end the restore of everything else
            failure = Failure.of(error)
            _log.warning("not_taken_over", topic=record.topic, key=key, code=failure.code)
            return False, failure.code
        return True, ""

    async def _note(
        self, record: RawRecord, key: str, envelope: Envelope, epoch: int, is_over: bool, problem: str
    ) -> bool:
        at = datetime.fromtimestamp(record.timestamp_ms / 1000, envelope.time.tzinfo)
        update: dict[str, Any] = {
            "$min": {"first": envelope.sequence, "since": at},
            "$max": {"last": envelope.sequence, "until": at},
            "$inc": {"records": 1, "taken_over": int(is_over)},
            "$addToSet": {"types": envelope.type},
        }
        if problem:
            update["$set"] = {"problem": problem}
        noted = await self._streams.find_one_and_update(
            {"epoch": epoch, "topic": record.topic, "key": key}, update, upsert=True
        )
        return noted is not None and noted["records"] == 1


async def lost_streams(database: Database, *, limit: int = SHOWN_MAX) -> list[LostStream]:
    """What is marked, the newest restore first. Raises InfrastructureError."""
    found = await database.collection(LOST_WINDOW).find({}, sort=[("epoch", -1), ("topic", 1), ("key", 1)], limit=limit)
    return [_lost_stream(document) for document in found]


def _lost_stream(document: Mapping[str, Any]) -> LostStream:
    return LostStream(
        epoch=document["epoch"],
        topic=document["topic"],
        key=document["key"],
        first=document["first"],
        last=document["last"],
        records=document["records"],
        types=tuple(sorted(document["types"])),
        since=document["since"],
        until=document["until"],
        taken_over=document["taken_over"],
        problem=document.get("problem", ""),
    )
