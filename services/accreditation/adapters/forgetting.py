"""Removing what was drawn of an erased person: sealed files that would still open for whoever kept their key."""

from __future__ import annotations

from typing import Final

from services.accreditation.adapters.mongo import BADGES
from services.accreditation.adapters.print_jobs import PRINT_JOBS, PRINT_PARTS
from shared.messaging.unit_of_work import Transaction

_MANY: Final = 10_000


async def forget_printed(tx: Transaction, participant_id: str) -> list[str]:
    """Remove every job in which a badge of this participant was drawn, with its parts; answers the jobs' ids."""
    badges = await tx.collection(BADGES).find({"participant_id": participant_id}, projection={"_id": 1}, limit=_MANY)
    drawn = {"badge_ids": {"$in": [badge["_id"] for badge in badges]}}
    jobs = [job["_id"] for job in await tx.collection(PRINT_JOBS).find(drawn, projection={"_id": 1}, limit=_MANY)]
    await tx.collection(PRINT_PARTS).delete_many({"job_id": {"$in": jobs}})
    await tx.collection(PRINT_JOBS).delete_many({"_id": {"$in": jobs}})
    return jobs
