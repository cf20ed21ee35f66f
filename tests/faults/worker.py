"""A service in a process of its own, which may kill itself with SIGKILL at the n-th visit of a failpoint.

Arguments: role (teller or listener), failpoint, visit (0: never). Settings come from the environment.
A teller reads the numbers of commands from its input and writes each number with its answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.errors import BusyError, InfrastructureError
from shared.messaging.failpoints import Failpoint
from shared.messaging.kernel import Kernel
from shared.messaging.subscription import Subscription
from shared.testing.delivery import EFFECT_INDEXES, WritesDown
from shared.testing.history import Answer
from shared.world import SYSTEM
from tests.faults.rig import submit
from tests.support.child_settings import ChildSettings

SERVICES = {"teller": "registration", "listener": "accreditation"}


def killer(place: str, visit: int) -> Failpoint:
    visits = 0

    def failpoint(name: str) -> None:
        nonlocal visits
        if name == place:
            visits += 1
            if visits == visit:
                os.kill(os.getpid(), signal.SIGKILL)

    return failpoint


async def answer(kernel: Kernel) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def one(number: int) -> None:
        try:
            answer = await submit(kernel, number)
        except (BusyError, InfrastructureError):
            answer = Answer.UNKNOWN
        print(number, answer, flush=True)

    async with asyncio.TaskGroup() as group:
        while line := await reader.readline():
            group.create_task(one(int(line)))


async def main(role: str, place: str, visit: int) -> None:
    kernel = Kernel(ChildSettings(), SYSTEM, service=SERVICES[role], failpoint=killer(place, visit))
    if role == "listener":
        kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: WritesDown()})])
    async with kernel.running(indexes=EFFECT_INDEXES if role == "listener" else ()):
        if role == "teller":
            await answer(kernel)
        else:
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
