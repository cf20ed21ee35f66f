"""kill -9 at every failpoint: the callers are answered in the end, and everything happened once."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
import sys
import time

from shared.messaging import failpoints
from shared.testing.history import Answer, History
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.faults.worker import SERVICES
from tests.support.backend import ROOT
from tests.support.child_settings import environment

OUTSTANDING = 16
PLACES = {
    "teller": failpoints.ALL[:4],
    "listener": (failpoints.BEFORE_COMMIT, failpoints.AFTER_COMMIT, *failpoints.ALL[4:]),
}
PATIENCE_S = 90.0


class Kills:
    """Keeps both services running, each armed to kill itself, until there were enough kills and commands."""

    def __init__(self, rig: Rig, scale: Scale, draw: random.Random) -> None:
        self._rig = rig
        self._commands = scale.commands
        self._draw = draw
        self._outstanding: set[int] = set()
        self._next = 0
        # Every failpoint has its turn; who is armed with the last of them is started once more, unarmed.
        share = {"teller": (scale.kills + 1) // 2, "listener": scale.kills // 2}
        self._plan = {role: list(itertools.islice(itertools.cycle(PLACES[role]), share[role])) for role in PLACES}
        self.killed: list[str] = []

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(self._role("listener"))
            await self._role("teller")
            listener.cancel()

    async def _role(self, role: str) -> None:
        plan = self._plan[role]
        while True:
            armed = plan[0] if plan else ""
            process = await self._started(role, armed)
            try:
                if role == "teller":
                    await self._feed(process, is_last=not plan)
                code = await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if code == -signal.SIGKILL and armed:
                self.killed.append(f"{role} {armed}")
                plan.pop(0)
            elif role == "teller" and self._is_done and not plan:
                return
            else:
                raise AssertionError(f"{role} ended with {code}, armed with {armed or 'nothing'}")

    async def _started(self, role: str, armed: str) -> asyncio.subprocess.Process:
        visit = self._draw.randint(1, 8) if armed else 0
        arguments = ["-m", "tests.faults.worker", role, armed or "-", str(visit)]
        pipe = asyncio.subprocess.PIPE if role == "teller" else asyncio.subprocess.DEVNULL
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            env=environment(self._rig.settings(SERVICES[role])),
            stdin=pipe,
            stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL,
        )

    @property
    def _is_done(self) -> bool:
        return self._next >= self._commands and not self._outstanding and not self._plan["listener"]

    async def _feed(self, process: asyncio.subprocess.Process, *, is_last: bool) -> None:
        """Commands in, answers out, until the process dies; the last one ends when everything has had its effect.

        More than were planned are given while somebody who is armed has yet to die.
        """
        assert process.stdin is not None
        assert process.stdout is not None
        self._send(process, self._outstanding)
        deadline = time.monotonic() + PATIENCE_S
        while not (is_last and self._is_done):
            wanted = self._next < self._commands or not is_last or bool(self._plan["listener"])
            while wanted and len(self._outstanding) < OUTSTANDING:
                self._outstanding.add(self._next)
                self._send(process, {self._next})
                self._next += 1
            if not (line := await asyncio.wait_for(process.stdout.readline(), max(1, deadline - time.monotonic()))):
                break
            number, answer = line.decode().split()
            self._rig.note(int(number), Answer(answer))
            if Answer(answer) is Answer.UNKNOWN:
                self._send(process, {int(number)})
            else:
                self._outstanding.discard(int(number))
            deadline = time.monotonic() + PATIENCE_S
        for unanswered in self._outstanding:
            self._rig.note(unanswered, Answer.UNKNOWN)
        if is_last and self._is_done:
            await self._rig.until_caught_up(seconds=PATIENCE_S + self._rig.done / 50)
        process.stdin.close()

    @staticmethod
    def _send(process: asyncio.subprocess.Process, numbers: set[int]) -> None:
        assert process.stdin is not None
        process.stdin.write(b"".join(b"%d\n" % number for number in sorted(numbers)))


async def killed_at_every_failpoint(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        kills = Kills(rig, scale, draw)
        await kills.run()
        wrong = [] if len(kills.killed) == scale.kills else [f"only {len(kills.killed)} kills"]
        tried = f"{len(kills.killed)} kills at {len(set(kills.killed))} places, {rig.done:,} commands"
        return tried, await rig.history(), wrong

    return await judged("kill -9 at each failpoint: I1 to I4 hold, nothing lost", work)
