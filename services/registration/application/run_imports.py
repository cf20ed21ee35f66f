"""Carry imports on in the background: dry runs and registrations, two at once, whatever a restart broke off too."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

import structlog

from services.registration.application.check_import import CheckImport
from services.registration.application.register_rows import OvertakenError, RegisterRows
from services.registration.domain.ports import Imports
from services.registration.domain.roster_import import ImportState, RosterImport, WhyNot
from shared.errors import BusyError, ConflictError, InfrastructureError, Refusal
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork

AT_ONCE: Final = 2
TAKEN_UP_MAX: Final = 100

_log = structlog.get_logger(__name__)


class ImportFailedError(ConflictError):
    """Something of ours is broken; what was registered before stays."""

    code: ClassVar[str] = "registration.import_failed"


class RunImports:
    """Every import that is under way has a task here, or is taken up by the next look."""

    def __init__(self, imports: Imports, check: CheckImport, register: RegisterRows, unit_of_work: UnitOfWork) -> None:
        self._imports = imports
        self._check = check
        self._register = register
        self._unit_of_work = unit_of_work
        self._tasks: dict[str, asyncio.Task[Refusal | None]] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def __call__(self) -> None:
        """Take up what is under way and has nobody who works on it: after a start, or an outage."""
        for import_id in await self._imports.under_way(limit=TAKEN_UP_MAX):
            self.begin(import_id)

    def begin(self, import_id: str) -> asyncio.Task[Refusal | None]:
        """Work on an import unless somebody does."""
        task = self._tasks.get(import_id)
        if task is None:
            task = self._tasks[import_id] = asyncio.create_task(self._carry_on(import_id), name=f"import.{import_id}")
            task.add_done_callback(lambda _: self._tasks.pop(import_id, None))
        return task

    async def step_of(self, import_id: str, *, patience_s: float) -> Refusal | None:
        """Work on an import and wait a while for it; why it was refused, if that is known by then."""
        task = self.begin(import_id)
        await asyncio.wait({task}, timeout=patience_s)
        return task.result() if task.done() and not task.cancelled() else None

    async def stop(self) -> None:
        """Break everything off; each import stands where its last commit left it."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry_on(self, import_id: str) -> Refusal | None:
        async with self._turn:
            try:
                found = await self._imports.by_id(import_id)
                if found is None or not found.is_under_way:
                    return None
                return await self._step(found)
            except InfrastructureError as error:
                _log.warning("import waits", import_id=import_id, error=str(error))
                return None

    async def _step(self, found: RosterImport) -> Refusal | None:
        step = self._check if found.state is ImportState.CHECKING else self._register
        try:
            await step(found)
        except (OvertakenError, BusyError):
            return None
        except Refusal as refusal:
            await self._end(found.import_id, WhyNot.of(refusal))
            return refusal
        except InfrastructureError:
            raise
        except Exception as error:
            _log.exception("import failed", import_id=found.import_id, error=type(error).__name__)
            await self._end(found.import_id, WhyNot(ImportFailedError.code))
            return ImportFailedError()
        return None

    async def _end(self, import_id: str, why_not: WhyNot) -> None:
        async def work(tx: Transaction) -> None:
            now = await self._imports.in_transaction(tx, import_id)
            if now is not None and now.is_under_way:
                await self._imports.save(tx, now.refused(why_not))

        await self._unit_of_work.run(work, cause=Cause(import_id, None, None, "service:registration"))
