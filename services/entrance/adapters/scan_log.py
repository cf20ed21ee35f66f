"""The scan log: append-only, and its documents are the outbox rows of the topic entrance.scans.

Two unique indexes carry the promises: (topic, key, sequence) lets one of two gates win that saw the same participant at
the same moment, and (device, device sequence) lets a scan that is sent twice exist once. Scans that wait at the same
moment share one commit: each is durable before its answer, and a double is refused by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from services.entrance.domain.access_decision import AccessDecision, Decision, Direction, Passage
from services.entrance.domain.ports import Bearer, LogState, ScanEntry
from shared.contracts import entrance as contract
from shared.contracts.sequence import NUMBERS, Place, epoch_of, place_after
from shared.contracts.topics import ENTRANCE_SCANS
from shared.errors import InfrastructureError
from shared.messaging.cause import Cause
from shared.messaging.epoch import Epoch
from shared.messaging.outbox import outbox_document, outbox_indexes
from shared.storage import Database, Document, DuplicateKeyError, Index
from shared.world import World

SCANS: Final = "scans"
TOGETHER_MAX: Final = 256
STATES_MAX: Final = 50_000
INDEXES: Final = (
    *outbox_indexes(SCANS, keep_for_ever=True),
    Index(SCANS, (("scan.device", 1), ("scan.device_sequence", 1)), unique=True),
    Index(SCANS, (("scan.gate", 1), ("_id", -1))),
    Index(SCANS, (("scan.passage.at", 1),)),
)


class MongoScanLog:
    def __init__(self, database: Database, world: World) -> None:
        self._scans = database.collection(SCANS)
        self._epoch = Epoch(database)
        self._world = world
        self._states: OrderedDict[str, LogState] = OrderedDict()
        self._waiting: list[tuple[Document, asyncio.Future[DuplicateKeyError | None]]] = []
        self._some = asyncio.Event()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """The writer's life; appends are answered while it is entered."""
        task = asyncio.create_task(self._write_for_ever(), name="entrance.scan_log")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def state(self, key: str, *, fresh: bool) -> LogState:
        """Where the log of a key stands. A remembered state may be old; the unique index finds that out."""
        if not fresh and (known := self._states.get(key)) is not None:
            self._states.move_to_end(key)
            return known
        query = {"topic": ENTRANCE_SCANS, "key": key}
        document = await self._scans.find_one(query, sort=[("sequence", -1)])
        last = place_after(document["sequence"] if document else 0, await self._epoch.current()).sequence - 1
        state = LogState(last, _passage(document) if document else None)
        self._remember(key, state)
        return state

    async def append(self, entry: ScanEntry, *, sequence: int, correlation_id: str, actor: str) -> bool:
        """Durable by the majority when it answers True.

        False when a unique index refused it. Raises InfrastructureError.
        """
        document = self._document(
            entry, await self._place(entry.key, sequence), Cause(correlation_id, None, None, actor)
        )
        future: asyncio.Future[DuplicateKeyError | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((document, future))
        self._some.set()
        if await future is not None:
            return False
        self._remember(entry.key, LogState(sequence, entry.passage))
        return True

    async def _place(self, key: str, sequence: int) -> Place:
        """The first scan of an epoch names the one before it."""
        if sequence % NUMBERS != 1 or epoch_of(sequence) == 0:
            return Place(sequence)
        query = {"topic": ENTRANCE_SCANS, "key": key, "sequence": {"$lt": sequence}}
        before = await self._scans.find_one(query, projection={"sequence": 1}, sort=[("sequence", -1)])
        return Place(sequence, before["sequence"] if before else 0)

    async def by_device(self, device: str, device_sequence: int) -> ScanEntry | None:
        query = {"scan.device": device, "scan.device_sequence": device_sequence}
        document = await self._scans.find_one(query)
        return _entry(document) if document else None

    async def recent(self, gate: str, *, limit: int) -> list[ScanEntry]:
        documents = await self._scans.find({"scan.gate": gate}, sort=[("_id", -1)], limit=limit)
        return [_entry(document) for document in documents]

    async def inside(self, *, since: datetime) -> Mapping[str, int]:
        """How many participants' last passage since then led into each zone."""
        pipeline: list[Mapping[str, Any]] = [
            {"$match": {"scan.passage.at": {"$gte": since}}},
            {"$sort": {"key": 1, "sequence": 1}},
            {"$group": {"_id": "$key", "passage": {"$last": "$scan.passage"}}},
            {"$match": {"passage.direction": Direction.IN.value}},
            {"$group": {"_id": "$passage.zone", "people": {"$sum": 1}}},
        ]
        return {item["_id"]: item["people"] for item in await self._scans.aggregate(pipeline, limit=100)}

    async def _write_for_ever(self) -> None:
        while True:
            await self._some.wait()
            together, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
            if not self._waiting:
                self._some.clear()
            try:
                results = await self._scans.insert_many_unordered([document for document, _ in together])
            except Exception as error:
                # Nothing is known of any of them: the device sends again under the same number, and that decides.
                cause = error if isinstance(error, InfrastructureError) else InfrastructureError(type(error).__name__)
                for _, future in together:
                    if not future.done():
                        future.set_exception(cause)
                continue
            for (_, future), result in zip(together, results, strict=True):
                if not future.done():
                    future.set_result(result)

    def _remember(self, key: str, state: LogState) -> None:
        self._states[key] = state
        self._states.move_to_end(key)
        while len(self._states) > STATES_MAX:
            self._states.popitem(last=False)

    def _document(self, entry: ScanEntry, place: Place, cause: Cause) -> Document:
        bearer = entry.bearer
        event = contract.ScanRecorded(
            conference_id=entry.conference_id,
            scan_id=entry.scan_id,
            gate=entry.gate,
            zone=entry.zone,
            direction=contract.Direction(entry.direction.value),
            device=entry.device,
            device_sequence=entry.device_sequence,
            decision=contract.Decision(entry.decision.decision.value),
            reason=entry.decision.reason,
            scanned_at=entry.at,
            participant_id=bearer.participant_id if bearer else None,
            delegation=bearer.delegation if bearer else None,
            badge_id=bearer.badge_id if bearer else None,
            face_checked=entry.face_checked,
            accompanied=entry.accompanied,
            tokens=entry.tokens,
        )
        document = outbox_document(event, place=place, cause=cause, world=self._world, source="entrance")
        document["scan"] = {
            "scan_id": entry.scan_id,
            "conference_id": entry.conference_id,
            "gate": entry.gate,
            "zone": entry.zone,
            "direction": entry.direction.value,
            "device": entry.device,
            "device_sequence": entry.device_sequence,
            "fingerprint": entry.fingerprint,
            "at": entry.at,
            "decision": entry.decision.decision.value,
            "reason": entry.decision.reason,
            "repeated": entry.decision.repeated,
            "bearer": vars(bearer) if bearer else None,
            "passage": _passage_document(entry.passage),
            "face_checked": entry.face_checked,
            "accompanied": entry.accompanied,
            "tokens": list(entry.tokens),
        }
        return document


def _passage_document(passage: Passage | None) -> Document | None:
    if passage is None:
        return None
    return {**vars(passage), "direction": passage.direction.value}


def _passage(document: Document) -> Passage | None:
    passage = document["scan"]["passage"]
    if passage is None:
        return None
    return Passage(passage["zone"], passage["gate"], Direction(passage["direction"]), passage["at"].astimezone(UTC))


def _entry(document: Document) -> ScanEntry:
    scan = document["scan"]
    return ScanEntry(
        scan_id=scan["scan_id"],
        conference_id=scan["conference_id"],
        key=document["key"],
        gate=scan["gate"],
        zone=scan["zone"],
        direction=Direction(scan["direction"]),
        device=scan["device"],
        device_sequence=scan["device_sequence"],
        fingerprint=scan["fingerprint"],
        at=scan["at"],
        decision=AccessDecision(Decision(scan["decision"]), scan["reason"], scan["repeated"]),
        bearer=Bearer(**scan["bearer"]) if scan["bearer"] else None,
        passage=_passage(document),
        face_checked=scan.get("face_checked", False),
        accompanied=scan.get("accompanied", False),
        tokens=tuple(scan.get("tokens", ())),
    )
