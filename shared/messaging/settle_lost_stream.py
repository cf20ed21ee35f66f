"""A service's lost window as operators work through it: what is marked, and who said of what that it is dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final

from shared.contracts.audit import AuditFactRecorded, Detail
from shared.errors import NotFoundError
from shared.messaging.cause import Cause
from shared.messaging.lost_window import LOST_WINDOW, lost_stream, lost_streams
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.storage import Database, Document
from shared.world import World

SETTLERS: Final = (Role.OPERATOR, Role.ADMINISTRATOR)
SETTLED: Final = "lost_window.settled"
LISTED_MAX: Final = 200
_OPEN: Final[Document] = {"waits": True, "settled_at": None}


class Outcome(StrEnum):
    """What a person found, or did."""

    DONE_AGAIN = "done_again"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class StreamId:
    """A stream as one restore has marked it."""

    epoch: int
    topic: str
    key: str

    def query(self) -> Document:
        return {"epoch": self.epoch, "topic": self.topic, "key": self.key}


@dataclass(eq=False)
class NoLostStreamError(NotFoundError):
    """No restore has marked this stream."""

    code: ClassVar[str] = "lost_window.not_found"


class SettleLostStream:
    """For the streams of one service."""

    def __init__(self, database: Database, unit_of_work: UnitOfWork, world: World, *, service: str) -> None:
        self._database = database
        self._streams = database.collection(LOST_WINDOW)
        self._unit_of_work = unit_of_work
        self._world = world
        self._service = service

    async def counted(self) -> tuple[int, int]:
        """How many streams are marked, and how many of them wait for a person. Raises InfrastructureError."""
        return await self._streams.count({}), await self._streams.count(_OPEN)

    async def listed(self) -> dict[str, Any]:
        """The marked streams, two hundred at most and those that wait for a person first, with how many there are.

        Raises InfrastructureError.
        """
        marked, waiting = await self.counted()
        streams = await lost_streams(self._database, limit=LISTED_MAX)
        return {"streams": [stream.shown() for stream in streams], "marked": marked, "open": waiting}

    async def __call__(self, principal: Principal, stream: StreamId, outcome: Outcome) -> dict[str, Any]:
        """Say once that a stream is dealt with; the audit log has who and how. Whoever says it later changes nothing.

        Raises NoLostStreamError, InfrastructureError.
        """
        principal.require(*SETTLERS)
        if await self._streams.find_one(stream.query()) is None:
            raise NoLostStreamError

        async def work(tx: Transaction) -> None:
            said = {"outcome": outcome.value, "settled_by": principal.account_id, "settled_at": tx.now}
            if await tx.collection(LOST_WINDOW).update_one(stream.query() | {"settled_at": None}, {"$set": said}):
                tx.emit(self._fact(principal, stream, outcome))

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, principal.account_id))
        return lost_stream(await self._streams.find_one(stream.query()) or {}).shown()

    def _fact(self, principal: Principal, stream: StreamId, outcome: Outcome) -> AuditFactRecorded:
        return AuditFactRecorded(
            service=self._service,
            action=SETTLED,
            subject=f"{stream.topic}/{stream.key}"[:200],
            actor=principal.account_id,
            person=principal.person_id,
            reason=outcome.value,
            details=(Detail(name="epoch", value=str(stream.epoch)),),
        )
