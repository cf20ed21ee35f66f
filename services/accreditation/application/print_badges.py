"""Draw the badges of a delegation, or of everybody, into one file: in the background, with progress."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from services.accreditation.application.badge_face import badge_face, holder
from services.accreditation.domain.errors import (
    NoConferenceError,
    NothingToPrintError,
    PrintJobNotFoundError,
    PrintJobNotReadyError,
    PrintKeyWrongError,
)
from services.accreditation.domain.ports import BadgeFace, BadgePrinter, PrintJobs, Views
from services.accreditation.domain.print_job import PrintJob, PrintState
from shared.errors import BusyError, InfrastructureError, Refusal
from shared.security.personal_data import PersonalData, Purpose
from shared.security.principal import Principal, Role
from shared.security.sealing import KEY_BYTES, SealBrokenError, seal, unseal
from shared.world import World

PART_BADGES: Final = 60
SAMPLE_PAGES: Final = 50
WAITING_MAX: Final = 5
OUTAGE_TRIES: Final = 30
OUTAGE_PAUSE_S: Final = 2.0
_PRINTERS: Final = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asked:
    """A job and the key of its file, in base64url: given once and kept nowhere here."""

    job: PrintJob
    key: str


class PrintBadges:
    """Runs one job at a time. What is drawn is sealed under a key that only the one who asked is given."""

    def __init__(
        self, views: Views, jobs: PrintJobs, personal_data: PersonalData, printer: BadgePrinter, world: World
    ) -> None:
        self._views = views
        self._jobs = jobs
        self._personal_data = personal_data
        self._printer = printer
        self._world = world
        self._one_at_a_time = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, principal: Principal, delegation: str | None) -> Asked:
        """Begin a job. Raises RoleRequiredError, NothingToPrintError, BusyError when five are waiting already."""
        principal.require(*_PRINTERS)
        badge_ids = await self._views.to_print(delegation=delegation)
        if not badge_ids:
            raise NothingToPrintError
        if len(self._tasks) >= WAITING_MAX:
            raise BusyError(30)
        job = PrintJob(self._world.new_id(), principal.account_id, delegation, len(badge_ids), self._world.now())
        key = self._world.random_bytes(KEY_BYTES)
        await self._jobs.add(job)
        task = asyncio.create_task(self._draw(job, badge_ids, key), name=f"print.{job.job_id}")
        self._tasks[job.job_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(job.job_id, None))
        return Asked(job, base64.urlsafe_b64encode(key).decode())

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

    async def file(self, principal: Principal, job_id: str, key: str) -> bytes:
        """The whole file. Raises PrintJobNotFoundError, PrintJobNotReadyError, PrintKeyWrongError."""
        job = await self.progress(principal, job_id)
        if job.state is not PrintState.READY:
            raise PrintJobNotReadyError(job.state.value)
        sealed = await self._jobs.parts(job_id)
        if not sealed:
            raise NothingToPrintError
        return await self._printer.joined(_opened(job_id, sealed, key))

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

    async def _draw(self, job: PrintJob, badge_ids: Sequence[str], key: bytes) -> None:
        async with self._one_at_a_time:
            try:
                for number, start in enumerate(range(0, len(badge_ids), PART_BADGES)):
                    job = await self._patiently_drawn(job, number, badge_ids[start : start + PART_BADGES], key)
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
        faces, left_out = await self._faces(badge_ids)
        if faces:
            sample = max(2, -(-SAMPLE_PAGES * len(badge_ids) // job.total))
            content = await self._printer.file(faces, sample=sample)
            sealed = seal(key, job.job_id, str(number), content, self._world)
            await self._jobs.add_part(job, number, sealed)
        done = job.drawn(len(badge_ids), left_out)
        await self._jobs.progress(done)
        return done

    async def _faces(self, badge_ids: Sequence[str]) -> tuple[list[BadgeFace], tuple[tuple[str, str], ...]]:
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        badges = await self._views.badges_by_id(badge_ids)
        people = [badge.subject.participant_id for badge in badges]
        answers = await self._personal_data.read(people, purpose=Purpose.BADGE)
        faces: list[BadgeFace] = []
        left_out: list[tuple[str, str]] = []
        for badge in badges:
            try:
                faces.append(badge_face(badge, holder(answers.get(badge.subject.participant_id)), conference))
            except Refusal as refusal:
                left_out.append((badge.number, refusal.code))
        return faces, tuple(left_out)


def _opened(job_id: str, sealed: Sequence[tuple[int, bytes]], key: str) -> list[bytes]:
    try:
        raw = base64.urlsafe_b64decode(key)
        return [unseal(raw, job_id, str(number), part) for number, part in sealed]
    except (ValueError, SealBrokenError):
        raise PrintKeyWrongError from None
