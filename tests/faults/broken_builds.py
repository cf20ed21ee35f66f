"""Builds that are broken on purpose: what each checker, and the simulation, must find."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from services.registration.adapters.mongo import QUOTAS, MongoQuotas
from shared.errors import InfrastructureError
from shared.messaging.blocked_keys import BlockedKeys
from shared.messaging.consumer import GroupConsumer
from shared.messaging.dead_letter import Failure, dead_letter
from shared.messaging.inbox import POSITIONS, Inbox
from shared.messaging.record import RawRecord
from shared.messaging.relay import Relay
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection


def inbox_off(patch: pytest.MonkeyPatch) -> None:
    async def never(self: Inbox, readable: object) -> bool:
        return False

    async def always(self: Inbox, positions: Collection, readable: object, *, leaps: bool) -> bool:
        return True

    patch.setattr(Inbox, "_is_done", never)
    patch.setattr(Inbox, "_advance", always)


def acknowledged_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    handle = GroupConsumer.handle

    async def at_once(self: GroupConsumer, records: Sequence[Any]) -> None:
        self.later = asyncio.create_task(handle(self, records))  # type: ignore[attr-defined]

    patch.setattr(GroupConsumer, "handle", at_once)
    patch.setattr("shared.messaging.consumer.WAIT_IN_HANDLER_S", 1.0)


def relay_by_id_greater_than_the_last(patch: pytest.MonkeyPatch) -> None:
    async def sweep(self: Relay, producer: Any, outbox: Collection) -> int:
        last = getattr(self, "last", "")
        async for rows in outbox.stream({"_id": {"$gt": last}}, sort=[("_id", 1)], chunk=500):
            for row in rows:
                headers = [(name, value) for name, value in row["headers"]]
                topic = self._access.topic(row["topic"])
                await producer.send_and_wait(topic, row["data"], key=row["key"].encode(), headers=headers)
                self.last = row["_id"]  # type: ignore[attr-defined]
        return 0

    patch.setattr(Relay, "sweep", sweep)


def blocking_off(patch: pytest.MonkeyPatch) -> None:
    async def dead_letter_and_go_on(self: BlockedKeys, record: RawRecord, key: str, failure: Failure) -> None:
        async def work(tx: Transaction) -> None:
            identity = {"group": self.group, "topic": record.topic, "key": key}
            await tx.collection(POSITIONS).update_one({"_id": identity}, {"$inc": {"sequence": 1}}, upsert=True)
            tx.emit_record(dead_letter(record, failure, group=self.group, event_id=self._world.new_id()))

        await self._run(work)

    patch.setattr(BlockedKeys, "block", dead_letter_and_go_on)


def outage_taken_for_poison(patch: pytest.MonkeyPatch) -> None:
    apply = Inbox._apply

    async def taken(self: Inbox, readable: Any, *, release: bool = False) -> None:
        try:
            await apply(self, readable, release=release)
        except InfrastructureError as error:
            raise ValueError from error

    patch.setattr(Inbox, "_apply", taken)


def quota_updated_unconditionally(patch: pytest.MonkeyPatch) -> None:
    async def take(self: MongoQuotas, tx: Transaction, delegation: str, category: str) -> bool:
        taken = await tx.collection(QUOTAS).update_one({"_id": f"{delegation}/{category}"}, {"$inc": {"used": 1}})
        return taken == 1

    patch.setattr(MongoQuotas, "take", take)
