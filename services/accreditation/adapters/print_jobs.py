"""Print jobs in MongoDB: what is drawn is sealed under a key that only the one who asked holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from services.accreditation.domain.print_job import PrintJob, PrintState, Sheet
from shared.storage import Database, Document, Index
from shared.world import World

PRINT_JOBS: Final = "print_jobs"
PRINT_PARTS: Final = "print_parts"
LIFETIME_S: Final = 24 * 3600
PARTS_MAX: Final = 1_000

INDEXES: Final = (
    Index(PRINT_JOBS, (("asked_at", 1),), expire_after_s=LIFETIME_S),
    Index(PRINT_JOBS, (("account_id", 1), ("asked_at", -1))),
    Index(PRINT_PARTS, (("job_id", 1), ("number", 1)), unique=True),
    Index(PRINT_PARTS, (("drawn_at", 1),), expire_after_s=LIFETIME_S),
)


class MongoPrintJobs:
    def __init__(self, database: Database, world: World) -> None:
        self._jobs = database.collection(PRINT_JOBS)
        self._parts = database.collection(PRINT_PARTS)
        self._world = world

    async def add(self, job: PrintJob) -> None:
        await self._jobs.insert_one(_document(job))

    async def by_id(self, job_id: str) -> PrintJob | None:
        found = await self._jobs.find_one({"_id": job_id})
        return _job(found) if found else None

    async def recent(self, account_id: str) -> Sequence[PrintJob]:
        found = await self._jobs.find({"account_id": account_id}, sort=[("asked_at", -1)], limit=10)
        return [_job(item) for item in found]

    async def progress(self, job: PrintJob) -> None:
        await self._jobs.replace_one({"_id": job.job_id}, _document(job))

    async def add_part(self, job: PrintJob, number: int, sealed: bytes, *, pages: int) -> None:
        identity = {"job": job.job_id, "number": number}
        what = {"sealed": sealed, "pages": pages}
        fields = {"job_id": job.job_id, "number": number, **what, "drawn_at": self._world.now()}
        await self._parts.replace_one({"_id": identity}, {"_id": identity, **fields}, upsert=True)

    async def parts(self, job_id: str) -> Mapping[int, int]:
        pages = {"number": 1, "pages": 1}
        found = await self._parts.find({"job_id": job_id}, sort=[("number", 1)], projection=pages, limit=PARTS_MAX)
        return {item["number"]: item["pages"] for item in found}

    async def part(self, job_id: str, number: int) -> bytes | None:
        found = await self._parts.find_one({"job_id": job_id, "number": number})
        return bytes(found["sealed"]) if found else None


def _document(job: PrintJob) -> Document:
    return {
        "_id": job.job_id,
        "account_id": job.account_id,
        "delegation": job.delegation,
        "total": job.total,
        "asked_at": job.asked_at,
        "done": job.done,
        "state": job.state.value,
        "left_out": [list(item) for item in job.left_out],
        "sheet": job.sheet.value,
        "badge_ids": list(job.badge_ids),
        "are_blanks": job.are_blanks,
    }


def _job(document: Document) -> PrintJob:
    return PrintJob(
        job_id=document["_id"],
        account_id=document["account_id"],
        delegation=document["delegation"],
        total=document["total"],
        asked_at=document["asked_at"],
        done=document["done"],
        state=PrintState(document["state"]),
        left_out=tuple((badge, code) for badge, code in document["left_out"]),
        sheet=Sheet(document["sheet"]),
        badge_ids=tuple(document["badge_ids"]),
        are_blanks=document["are_blanks"],
    )
