"""A service's report of itself: some of what is blocked, and the whole count."""

from __future__ import annotations

from datetime import timedelta

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.blocked_keys import BLOCKED_KEYS, RETRYING
from shared.messaging.kernel import BLOCKED_SHOWN, INDEXES
from shared.messaging.subscription import Subscription
from shared.testing.delivery import GROUP, PURPOSE, WritesDown
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel
from shared.testing.memory.server import Server
from shared.world import SYSTEM


async def test_those_blocked_longest_are_named_and_all_are_counted() -> None:
    kernel = memory_kernel(Server(), MemoryBroker(now_ms=lambda: 0), "accreditation")
    kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, PURPOSE, {ParticipantSubmitted: WritesDown()})])
    await kernel.database.ensure_indexes(INDEXES)
    failed = {"code": "contract_broken", "detail": "", "state": RETRYING, "attempts": 1}
    for number in range(BLOCKED_SHOWN + 5):
        identity = {"group": GROUP, "key": f"p-{number}"}
        since = SYSTEM.now() - timedelta(minutes=number)
        await kernel.database.collection(BLOCKED_KEYS).insert_one({"_id": identity, "since": since, **failed})
    report = await kernel.report()
    assert report.blocked_keys == BLOCKED_SHOWN + 5
    assert [item.key for item in report.blocked] == [f"p-{number}" for number in range(BLOCKED_SHOWN + 4, 4, -1)]
