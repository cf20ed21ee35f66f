"""Draw the badges of a delegation, or of everybody, into one file: in the background, with progress."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from services.accreditation.application.count_prints import CountPrints
from services.accreditation.application.draw_badges import DrawBadges
from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import BlankState
from services.accreditation.domain.ports import BadgePrinter, PrintJobs, Views
from services.accreditation.domain.print_job import PrintJob, PrintState, Sheet
from services.accreditation.domain.printing_errors import (
    NothingToPrintError,
    PageNotThereError,
    PrintJobNotFoundError,
    PrintJobNotReadyError,
    PrintKeyWrongError,
)
from shared.errors import BusyError, InfrastructureError
from shared.messaging.cause import Cause
from shared.security.principal import Principal, Role
from shared.security.sealing import KEY_BYTES, SealBrokenError, seal, unseal
from shared.world import World

PART_BADGES: Final = 60
SAMPLE_PAGES: Final = 50
WAITING_MAX: Final = 5
KEY_PROOF: Final = -1
"""The number of an empty part, by which a key is known to be the job's before anything is sealed with it."""
OUTAGE_TRIES: Final = 30
OUTAGE_PAUSE_S: Final = 2.0
_PRINTERS: Final = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PrintBatch:
    """`delegation` None is everybody; `blanks_of` prints the ready blanks of that category instead.

    `state` and `unprinted` narrow badges to those in a state, and to those that were never printed.
    """

    delegation: str | None = None
    sheet: Sheet = Sheet.A6
    blanks_of: str | None = None
    state: BadgeState | None = None
    unprinted: bool = False


@dataclass(frozen=True)
class Asked:
    """A job and the key of its file, in base64url: given once and kept nowhere here."""

    job: PrintJob
    key: str


class PrintBadges:
    """Runs one job at a time. What is drawn is sealed under a key that only the one who asked is given."""

    def __init__(
        self,
        views: Views,
        desk_views: DeskViews,
        draw_badges: DrawBadges,
        jobs: PrintJobs,
        printer: BadgePrinter,
        count_prints: CountPrints,
        world: World,
    ) -> None:
        self._views = views
        self._desk_views = desk_views
        self._draw_badges = draw_badges
        self._jobs = jobs
        self._printer = printer
        self._count_prints = count_prints
        self._world = world
        self._one_at_a_time = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, principal: Principal, command: PrintBatch) -> Asked:
        """Begin a job. Raises RoleRequiredError, NothingToPrintError, BusyError when five are waiting already."""
        principal.require(*_PRINTERS)
        badge_ids = await self._wanted(command)
        if not badge_ids:
            raise NothingToPrintError
        if len(self._tasks) >= WAITING_MAX:
            raise BusyError(30)
        job = PrintJob(
            job_id=self._world.new_id(),
            account_id=principal.account_id,
            delegation=command.delegation,
            total=len(badge_ids),
            asked_at=self._world.now(),
            sheet=command.sheet,
            badge_ids=badge_ids,
            are_blanks=command.blanks_of is not None,
        )
        key = self._world.random_bytes(KEY_BYTES)
        await self._jobs.add(job)
        await self._jobs.add_part(job, KEY_PROOF, seal(key, job.job_id, str(KEY_PROOF), b"", self._world), pages=0)
        self._begin(job, key)
        return Asked(job, base64.urlsafe_b64encode(key).decode())

    async def resume(self, principal: Principal, job_id: str, key: str) -> PrintJob:
        """Go on where a job broke off; what is drawn stays drawn.

        Raises RoleRequiredError, PrintJobNotFoundError, PrintJobNotReadyError for one that is being drawn or is ready,
        PrintKeyWrongError, BusyError.
        """
        job = await self.progress(principal, job_id)
        if job.state is PrintState.READY or job_id in self._tasks:
            raise PrintJobNotReadyError(job.state.value)
        if len(self._tasks) >= WAITING_MAX:
            raise BusyError(30)
        raw = await self._proven(job_id, key)
        resumed = job.resumed()
        await self._jobs.progress(resumed)
        self._begin(resumed, raw)
        return resumed

    async def _wanted(self, command: PrintBatch) -> tuple[str, ...]:
        if command.blanks_of is None:
            return tuple(
                await self._views.to_print(
                    delegation=command.delegation, state=command.state, unprinted=command.unprinted
                )
            )
        blanks = await self._desk_views.blanks(category=command.blanks_of, state=BlankState.READY)
        return tuple(blank.badge_id for blank in blanks)

    def _begin(self, job: PrintJob, key: bytes) -> None:
        task = asyncio.create_task(self._draw(job, key), name=f"print.{job.job_id}")
        self._tasks[job.job_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(job.job_id, None))

    async def progress(self, principal: Principal, job_id: str) -> PrintJob:
        """How far the job is. One that no process draws any more is told as broken off.

        Raises RoleRequiredError, PrintJobNotFoundError.
        """
        principal.require(*_PRINTERS)
        job = await self._jobs.by_id(job_id)
        if job is None or job.account_id != principal.account_id:
            raise PrintJobNotFoundError
        if job.state is PrintState.DRAWING and job_id not in self._tasks:
            return await self._jobs.by_id(job_id) or job.broken_off()
        return job

    async def recent(self, principal: Principal) -> Sequence[PrintJob]:
        """The account's own jobs of the last day, the newest first, ten at most. Raises RoleRequiredError."""
        principal.require(*_PRINTERS)
        jobs = await self._jobs.recent(principal.account_id)
        return [await self.progress(principal, job.job_id) for job in jobs]

    async def file(
        self, principal: Principal, job_id: str, key: str, cause: Cause, *, from_page: int = 1
    ) -> AsyncIterator[bytes]:
        """The file, from this page on: what a printer that jammed did not print. What is on it counts as printed.

        It is opened part by part while it is taken. Raises PrintJobNotFoundError, PrintJobNotReadyError,
        PrintKeyWrongError, NothingToPrintError, PageNotThereError before anything is answered.
        """
        job = await self.progress(principal, job_id)
        if job.state is not PrintState.READY:
            raise PrintJobNotReadyError(job.state.value)
        raw = await self._proven(job_id, key)
        parts = {number: pages for number, pages in (await self._jobs.parts(job_id)).items() if number != KEY_PROOF}
        if not parts:
            raise NothingToPrintError
        if from_page > sum(parts.values()):
            raise PageNotThereError(from_page)
        if not job.are_blanks:
            numbers = {badge.badge_id: badge.number for badge in await self._views.badges_by_id(job.badge_ids)}
            onward = [badge for badge, last_page in job.last_pages(numbers, PART_BADGES) if last_page >= from_page]
            await self._count_prints(principal, job.job_id, onward, cause)
        return self._printer.joined(self._opened(job_id, raw, parts, from_page))

    async def _opened(self, job_id: str, raw: bytes, parts: Mapping[int, int], from_page: int) -> AsyncIterator[bytes]:
        before = 0
        for number, pages in parts.items():
            if before + pages >= from_page:
                sealed = await self._jobs.part(job_id, number)
                if sealed is None:
                    raise PrintJobNotFoundError  # its lifetime ended, or somebody on it was erased, while it was taken
                content = unseal(raw, job_id, str(number), sealed)
                first = from_page - before
                yield content if first <= 1 else await self._printer.rest(content, first) or b""
            before += pages

    async def _proven(self, job_id: str, key: str) -> bytes:
        """The job's key. Raises PrintKeyWrongError."""
        try:
            raw = base64.urlsafe_b64decode(key)
            unseal(raw, job_id, str(KEY_PROOF), await self._jobs.part(job_id, KEY_PROOF) or b"")
        except (ValueError, SealBrokenError):
            raise PrintKeyWrongError from None
        return raw

    def break_off(self, job_ids: Sequence[str]) -> None:
        """End the drawing of these in this process; what is in memory of them is gone."""
        for task in [self._tasks[job_id] for job_id in job_ids if job_id in self._tasks]:
            task.cancel()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The life of the jobs: those that are being drawn when the service stops are broken off."""
        try:
            yield
        finally:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _draw(self, job: PrintJob, key: bytes) -> None:
        async with self._one_at_a_time:
            try:
                for start in range(job.done, job.total, PART_BADGES):
                    number = start // PART_BADGES
                    job = await self._patiently_drawn(job, number, job.badge_ids[start : start + PART_BADGES], key)
            except asyncio.CancelledError:
                await self._give_up(job)
                raise
            except Exception as error:
                _log.exception("print_job_breaks_off", error=type(error).__name__)
                await self._give_up(job)

    async def _give_up(self, job: PrintJob) -> None:
        try:
            await self._jobs.progress(job.broken_off())
        except InfrastructureError:
            pass  # told as broken off anyway: no process draws it

    async def _patiently_drawn(self, job: PrintJob, number: int, badge_ids: Sequence[str], key: bytes) -> PrintJob:
        """A part, waiting a minute for a database or vault that is away."""
        for attempt in range(OUTAGE_TRIES):
            try:
                return await self._drawn(job, number, badge_ids, key)
            except InfrastructureError:
                if attempt + 1 == OUTAGE_TRIES:
                    raise
                await asyncio.sleep(OUTAGE_PAUSE_S)
        raise AssertionError("unreachable")

    async def _drawn(self, job: PrintJob, number: int, badge_ids: Sequence[str], key: bytes) -> PrintJob:
        sample = max(2, -(-SAMPLE_PAGES * len(badge_ids) // job.total))
        content, left_out = await self._draw_badges(badge_ids, job, sample)
        if content is not None:
            sealed = seal(key, job.job_id, str(number), content, self._world)
            pages = job.pages_of(len(badge_ids) - len(left_out))
            await self._jobs.add_part(job, number, sealed, pages=pages)
        done = job.drawn(len(badge_ids), left_out)
        await self._jobs.progress(done)
        return done
