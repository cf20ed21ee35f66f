"""A restored service's streams on real Kafka and MongoDB: followed by whoever had more, and by whoever had less."""

from __future__ import annotations

import pytest

from shared.contracts.sequence import NUMBERS
from shared.errors import InfrastructureError
from shared.messaging.epoch import RESTORES, UNFINISHED
from shared.messaging.inbox import POSITIONS
from shared.messaging.outbox import OUTBOX, STREAMS
from shared.testing.delivery import EFFECTS, submitted
from tests.integration.messaging.lab import Lab

EPOCH = 7


async def brought_back(lab: Lab, sequence: int) -> Lab:
    """The same installation, the teller's database as it was at this sequence, in the epoch that a restore began."""
    lab = Lab(*lab.settings, lab.operations)
    database = lab.teller.database
    await database.collection(OUTBOX).delete_many({"sequence": {"$gt": sequence}})
    await database.collection(STREAMS).update_many({}, {"$set": {"sequence": sequence}})
    await database.collection(RESTORES).insert_one({"_id": EPOCH})
    return lab


async def test_who_had_more_than_the_backup_goes_on_with_the_new_epoch(lab: Lab) -> None:
    async with lab.running():
        for revision in (1, 2, 3):
            await lab.tell(submitted("p-1", revision=revision))
        await lab.until_revisions("p-1", [1, 2, 3])
    lab = await brought_back(lab, 1)
    async with lab.running():
        await lab.tell(submitted("p-1", revision=4), submitted("p-2", revision=1))
        await lab.tell(submitted("p-1", revision=5))
        await lab.until_revisions("p-1", [1, 2, 3, 4, 5])
        await lab.until_revisions("p-2", [1])
        first = EPOCH * NUMBERS + 1
        assert [effect["sequence"] for effect in await lab.effects("p-1")] == [1, 2, 3, first, first + 1]


async def test_who_had_less_than_the_backup_waits_for_it_before_the_new_epoch(lab: Lab) -> None:
    async with lab.running():
        for revision in (1, 2, 3):
            await lab.tell(submitted("p-1", revision=revision))
        await lab.until_revisions("p-1", [1, 2, 3])
    lab = await brought_back(lab, 2)
    rows = lab.teller.database.collection(OUTBOX)
    await rows.update_many({}, {"$set": {"published": False}})
    await lab.listener.database.collection(POSITIONS).update_many({}, {"$set": {"sequence": 1}})
    await lab.listener.database.collection(EFFECTS).delete_many({"sequence": {"$gt": 1}})
    await lab.listener.database.collection("counters").update_many({}, {"$set": {"number": 1}})
    async with lab.running():
        await lab.tell(submitted("p-1", revision=4))
        await lab.until_revisions("p-1", [1, 2, 4])


async def test_a_database_whose_restore_is_not_finished_commits_no_event(lab: Lab) -> None:
    async with lab.running():
        restores = lab.teller.database.collection(RESTORES)
        await restores.insert_one({"_id": UNFINISHED})
        with pytest.raises(InfrastructureError, match="not finished"):
            await lab.tell(submitted("p-1"))
        await restores.delete_one({"_id": UNFINISHED})
        await lab.tell(submitted("p-1"))
        await lab.until_revisions("p-1", [1])
