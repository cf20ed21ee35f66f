"""Failed sign-ins, counted as they come and told to the audit log in sums, so that no flood of them fills it."""

from __future__ import annotations

from typing import Final

from services.identity.application.facts import failed_fact
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.storage import Database, Index
from shared.world import World

FAILED_SIGN_INS: Final = "failed_sign_ins"
INDEXES: Final = (Index(FAILED_SIGN_INS, (("since", 1),)),)
NO_ACCOUNT: Final = "unknown"
TOLD_MAX: Final = 100
FAILED_EVERY_S: Final = 60.0


class FailedSignIns:
    """One fact a minute for each account at the most, and a hundred in all; what is left waits for the next minute.

    Each failure is written down before it is answered, so a process that is killed loses none. What was tried without
    an account of that name is one sum: an address that somebody typed is personal, and is not kept. Who has failed too
    often is not checked any more and not counted; the fact says that it came to that, `held_off`.
    """

    def __init__(self, database: Database, unit_of_work: UnitOfWork, world: World) -> None:
        self._failed = database.collection(FAILED_SIGN_INS)
        self._unit_of_work = unit_of_work
        self._world = world

    async def count(self, account_id: str | None, *, held_off: bool) -> None:
        """Write one down. Raises InfrastructureError."""
        now = self._world.now()
        await self._failed.update_one(
            {"_id": account_id or NO_ACCOUNT},
            {"$inc": {"failures": 1, "held_off": int(held_off)}, "$min": {"since": now}, "$max": {"until": now}},
            upsert=True,
        )

    async def __call__(self) -> None:
        """Tell of what was counted since the last time. Raises InfrastructureError."""
        cause = Cause(self._world.new_id(), None, None, "service:identity")
        await self._unit_of_work.run(self._tell, cause=cause)

    async def _tell(self, tx: Transaction) -> None:
        failed = tx.collection(FAILED_SIGN_INS)
        counted = await failed.find({}, sort=[("since", 1)], limit=TOLD_MAX)
        for each in counted:
            tx.emit(failed_fact(each["_id"], each["failures"], each["since"], each["until"], each["held_off"] > 0))
        await failed.delete_many({"_id": {"$in": [each["_id"] for each in counted]}})
