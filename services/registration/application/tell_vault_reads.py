"""Tell the audit log how often each service read personal data, for which purpose, of how many people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.registration.vault.store import READS
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.storage import Database, Document, Index
from shared.world import World

TOLD_READS: Final = "told_reads"
INDEXES: Final = (Index(TOLD_READS, ()),)
SETTLED: Final = timedelta(minutes=1)  # a read is written down before it is answered, and that may take as long
KINDS_MAX: Final = 200
READS_EVERY_S: Final = 600.0
_MARK: Final = {"_id": "until"}
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TellVaultReads:
    """Each read itself is in the vault's database, with whose and which fields; the sums are under a signed head."""

    def __init__(self, vault: Database, unit_of_work: UnitOfWork, world: World) -> None:
        self._vault = vault
        self._unit_of_work = unit_of_work
        self._world = world

    async def __call__(self) -> None:
        """Tell of what was read since the last time, as far as it is settled. Raises InfrastructureError."""
        cause = Cause(self._world.new_id(), None, None, "service:registration")
        await self._unit_of_work.run(self._tell, cause=cause)

    async def _tell(self, tx: Transaction) -> None:
        marks = tx.collection(TOLD_READS, database=self._vault.name)
        mark = await marks.find_one(_MARK)
        since, until = mark["at"] if mark else _BEGINNING, tx.now - SETTLED
        read = await tx.collection(READS, database=self._vault.name).aggregate(_sums(since, until), limit=KINDS_MAX)
        if not read:
            return
        for each in read:
            tx.emit(_fact(each, since, until))
        await marks.replace_one(_MARK, {**_MARK, "at": until}, upsert=True)


def _sums(since: datetime, until: datetime) -> list[dict[str, Any]]:
    return [
        {"$match": {"at": {"$gt": since, "$lte": until}}},
        {
            "$group": {
                "_id": {"service": "$service", "purpose": "$purpose"},
                "reads": {"$sum": 1},
                "people": {"$sum": {"$size": "$participant_ids"}},
            }
        },
        {"$sort": {"_id": 1}},
    ]


def _fact(read: Document, since: datetime, until: datetime) -> AuditFactRecorded:
    service, purpose = read["_id"]["service"], read["_id"]["purpose"]
    return AuditFactRecorded(
        service="registration",
        action="vault.read",
        subject=f"{service}/{purpose}",
        actor=f"service:{service}",
        person="",
        reason=purpose,
        details=(
            Detail(name="since", value=since.isoformat()),
            Detail(name="until", value=until.isoformat()),
            Detail(name="reads", value=str(read["reads"])),
            Detail(name="people", value=str(read["people"])),
        ),
    )
