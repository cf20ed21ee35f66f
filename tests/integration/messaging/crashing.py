"""A process of its own that kills itself with SIGKILL at a named failpoint, on its n-th visit there.

Arguments: role (teller or listener), failpoint, visit. Settings come from the environment, prefix LAB_.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.kernel import Kernel
from shared.messaging.subscription import Subscription
from shared.settings import ServiceSettings
from shared.world import SYSTEM
from tests.integration.messaging.lab import EFFECT_INDEXES, WritesDown


class LabSettings(ServiceSettings, env_prefix="LAB_"):
    pass


def killer(place: str, visit: int):  # type: ignore[no-untyped-def]
    visits = 0

    def failpoint(name: str) -> None:
        nonlocal visits
        if name == place:
            visits += 1
            if visits == visit:
                os.kill(os.getpid(), signal.SIGKILL)

    return failpoint


async def main(role: str, place: str, visit: int) -> None:
    service = "registration" if role == "teller" else "accreditation"
    kernel = Kernel(LabSettings(), SYSTEM, service=service, failpoint=killer(place, visit))
    if role == "listener":
        kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: WritesDown()})])
    async with kernel.running(indexes=EFFECT_INDEXES):
        print("running", flush=True)  # noqa: T201
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
