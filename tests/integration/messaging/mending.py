"""A process of its own that puts a mending into force and kills itself with SIGKILL: inside the commit, or after it.

Arguments: mending id, place (inside or after). Settings come from the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.kernel import Kernel
from shared.messaging.subscription import Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.security.principal import Principal, Role
from shared.testing.delivery import WritesDown
from shared.world import SYSTEM
from tests.support.child_settings import ChildSettings


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesInside(WritesDown):
    async def apply(self, tx: Transaction, received: Received[ParticipantSubmitted], prepared: None) -> None:
        await super().apply(tx, received, prepared)
        kill()


async def main(mending_id: str, place: str) -> None:
    kernel = Kernel(ChildSettings(), SYSTEM, service="accreditation")
    reaction: Any = DiesInside() if place == "inside" else WritesDown()
    kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: reaction})])
    await kernel.mend_dead_letter.apply(Principal("second", "person-second", frozenset({Role.OPERATOR})), mending_id)
    kill()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
