"""A service's read models and the rebuilding of them: one at a time, in the background, with its progress."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Final

import structlog

from shared.contracts.audit import AuditFactRecorded, Detail
from shared.errors import BawabaError, ConflictError, NotFoundError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import KafkaAccess
from shared.messaging.rebuild import Comparison, ReadModel, Rebuild, RebuildFailedError
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.storage import Database, Document, Index
from shared.world import World

REBUILDS: Final = "rebuilds"
INDEXES: Final = (Index(REBUILDS, (("model", 1), ("started_at", -1))),)
REBUILDERS: Final = (Role.OPERATOR, Role.ADMINISTRATOR)
RUNNING: Final = ("building", "swapping")

_log = structlog.get_logger(__name__)


class NoReadModelError(NotFoundError):
    """The service has no read model of this name."""

    code: ClassVar[str] = "rebuild.no_such_model"


class RebuildRunsError(ConflictError):
    """Another rebuild of this service is running: one at a time."""

    code: ClassVar[str] = "rebuild.runs"


class Rebuilds:
    def __init__(
        self,
        database: Database,
        access: KafkaAccess,
        unit_of_work: UnitOfWork,
        world: World,
        *,
        service: str,
        inboxes: Sequence[Inbox],
        models: Sequence[ReadModel],
        indexes: Sequence[Index],
    ) -> None:
        self._database = database
        self._access = access
        self._unit_of_work = unit_of_work
        self._world = world
        self._service = service
        self._inboxes = {each.group: each for each in inboxes}
        self._models = {model.name: model for model in models}
        self._indexes = indexes
        self._rebuilds = database.collection(REBUILDS)
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._progress: dict[str, tuple[int, int]] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A rebuild that was running when the process died is over; what it had built is dropped by the next one."""
        ended = {"$set": {"state": "failed", "problem": "process_ended", "finished_at": self._world.now()}}
        await self._rebuilds.update_many({"state": {"$in": list(RUNNING)}}, ended)
        try:
            yield
        finally:
            if self._task is not None:
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)

    async def listed(self) -> list[dict[str, Any]]:
        """Each model with its last rebuild and how far it is, in records."""
        found: list[dict[str, Any]] = []
        for name, model in self._models.items():
            last = await self._rebuilds.find_one({"model": name}, sort=[("started_at", -1)])
            found.append(
                {
                    "service": self._service,
                    "model": name,
                    "collections": list(model.collections),
                    "last": self._shown(last) if last else None,
                }
            )
        return found

    async def start(self, principal: Principal, name: str, *, swap: bool, key: CommandKey) -> dict[str, Any]:
        """Begin to build the model beside the live one; the same call again answers the same rebuild.

        Raises NoReadModelError, RebuildRunsError.
        """
        principal.require(*REBUILDERS)
        model = self._models.get(name)
        if model is None:
            raise NoReadModelError
        async with self._starting:
            return await self._start(principal, model, swap, key)

    async def _start(self, principal: Principal, model: ReadModel, swap: bool, key: CommandKey) -> dict[str, Any]:
        if (earlier := await self._rebuilds.find_one({"_id": key.command_id})) is not None:
            return self._shown(earlier)
        if self._task is not None and not self._task.done():
            raise RebuildRunsError
        document: Document = {
            "_id": key.command_id,
            "model": model.name,
            "swap": swap,
            "state": "building",
            "started_by": principal.account_id,
            "started_at": self._world.now(),
        }
        await self._rebuilds.insert_one(document)
        self._task = asyncio.create_task(self._run(principal, model, document), name=f"{self._service}.rebuild")
        return self._shown(document)

    async def _run(self, principal: Principal, model: ReadModel, document: Document) -> None:
        identity = document["_id"]
        indexes = [each for each in self._indexes if each.collection in model.collections]
        inbox = self._inboxes[f"{self._service}.{model.purpose}"]
        rebuild = Rebuild(
            self._database,
            self._access,
            inbox,
            model,
            indexes,
            lambda done, total: self._progress.__setitem__(identity, (done, total)),
        )
        try:
            if document["swap"]:
                await rebuild.require_alone()
            comparison = await rebuild.run()
            told = {"equal": comparison.equal, "live": asdict(comparison.live), "built": asdict(comparison.built)}
            told["records"] = comparison.records
            if document["swap"]:
                await self._note(identity, {"state": "swapping", **told})
                held_s = await rebuild.swap_in()
                await self._swapped(principal, document, comparison, held_s)
            else:
                await rebuild.drop()
                await self._note(identity, {"state": "compared", "finished_at": self._world.now(), **told})
        except Exception as error:
            await self._failed(rebuild, identity, error)

    async def _failed(self, rebuild: Rebuild, identity: str, error: Exception) -> None:
        _log.warning("rebuild_failed", service=self._service, error=type(error).__name__)
        problem = error.code if isinstance(error, RebuildFailedError) else type(error).__name__
        try:
            await rebuild.drop()
            ended = {"state": "failed", "problem": problem, "finished_at": self._world.now()}
            await self._note(identity, ended)
        except BawabaError:
            pass  # the database is away: the next start notes the end, and the next rebuild drops what is left

    async def _swapped(self, principal: Principal, document: Document, comparison: Comparison, held_s: float) -> None:
        async def work(tx: Transaction) -> None:
            fields = {"state": "swapped", "held_ms": int(held_s * 1000), "finished_at": tx.now}
            await tx.collection(REBUILDS).update_one({"_id": document["_id"]}, {"$set": fields})
            tx.emit(self._fact(principal, document, comparison))

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, principal.account_id))

    def _fact(self, principal: Principal, document: Document, comparison: Comparison) -> AuditFactRecorded:
        return AuditFactRecorded(
            service=self._service,
            action="read_model.swapped",
            subject=document["model"],
            actor=principal.account_id,
            person=principal.person_id,
            details=(
                Detail(name="live", value=comparison.live.digest),
                Detail(name="built", value=comparison.built.digest),
                Detail(name="records", value=str(comparison.records)),
            ),
        )

    async def _note(self, identity: str, fields: dict[str, Any]) -> None:
        await self._rebuilds.update_one({"_id": identity}, {"$set": fields})

    def _shown(self, document: Document) -> dict[str, Any]:
        done, total = self._progress.get(document["_id"], (document.get("records", 0), document.get("records", 0)))
        fields = {name: value for name, value in document.items() if name != "_id"}
        return {"id": document["_id"], **fields, "done": done, "total": total}
