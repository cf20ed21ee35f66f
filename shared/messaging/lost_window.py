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

from shared.contracts.after_loss import Remedy, remedy_of_event, remedy_of_fact
from shared.contracts.audit import AuditFactRecorded
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
    wrote the first and the last of them. `actions` are those of its audit facts. `problem` is the code of what could
    not be taken over, or empty. `settled_by` is the account that said `outcome` of it, or empty.
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
    actions: tuple[str, ...] = ()
    outcome: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None

    @property
    def remedies(self) -> dict[str, Remedy]:
        """What becomes of each kind of event: by type, an audit fact's by its action."""
        found = {each: remedy_of_event(each) for each in self.types if each != AuditFactRecorded.TYPE}
        found |= {action: remedy_of_fact(action) for action in self.actions}
        if not found:
            found = dict.fromkeys(self.types, Remedy.LOOK)
        if not self.problem:
            return found
        return {each: Remedy.LOOK if remedy is Remedy.TAKEN_OVER else remedy for each, remedy in found.items()}

    @property
    def waits(self) -> bool:
        """Whether a person has to do something, and nobody said yet that it is done."""
        return self.settled_at is None and any(remedy.wants_person for remedy in self.remedies.values())

    def shown(self) -> dict[str, Any]:
        """What the command line and every page say of it."""
        return {**vars(self), "remedies": self.remedies, "waits": self.waits}


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
            action = _action(record, envelope)
            remedy = remedy_of_fact(action) if action else remedy_of_event(envelope.type)
            is_over, problem = False, ""
            if remedy is Remedy.TAKEN_OVER:
                is_over, problem = await self._take_over(record, key, envelope)
            update = _update(record, envelope, action, is_over)
            if problem or remedy.wants_person:
                update["$set"] = {"waits": True} | ({"problem": problem} if problem else {})
            is_new = await self._note(record.topic, key, epoch, update)
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

    async def _note(self, topic: str, key: str, epoch: int, update: dict[str, Any]) -> bool:
        """Whether it is the stream's first record."""
        first = {"$setOnInsert": {"_id": f"{epoch}/{topic}/{key}"}}
        noted = await self._streams.find_one_and_update(
            {"epoch": epoch, "topic": topic, "key": key}, {**update, **first}, upsert=True
        )
        return noted is not None and noted["records"] == 1


def _update(record: RawRecord, envelope: Envelope, action: str, is_over: bool) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.timestamp_ms / 1000, envelope.time.tzinfo)
    return {
        "$min": {"first": envelope.sequence, "since": at},
        "$max": {"last": envelope.sequence, "until": at},
        "$inc": {"records": 1, "taken_over": int(is_over)},
        "$addToSet": {"types": envelope.type, **({"actions": action} if action else {})},
    }


def _action(record: RawRecord, envelope: Envelope) -> str:
    """What an audit fact says was done; of anything else nothing."""
    if envelope.type != AuditFactRecorded.TYPE:
        return ""
    try:
        return AuditFactRecorded.parse(record.value or b"").action
    except ContractError:
        return ""


async def lost_streams(database: Database, *, limit: int = SHOWN_MAX) -> list[LostStream]:
    """What is marked, the newest restore first, and of each restore what waits for a person. Raises

    InfrastructureError.
    """
    order = [("epoch", -1), ("settled_at", 1), ("waits", -1), ("topic", 1), ("key", 1)]
    found = await database.collection(LOST_WINDOW).find({}, sort=order, limit=limit)
    return [lost_stream(document) for document in found]


def lost_stream(document: Mapping[str, Any]) -> LostStream:
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
        actions=tuple(sorted(document.get("actions", ()))),
        outcome=document.get("outcome", ""),
        settled_by=document.get("settled_by", ""),
        settled_at=document.get("settled_at"),
    )
