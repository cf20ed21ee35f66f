"""kill -9 of accreditation while badges are activated and replaced twice at once: one active badge, each call once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import signal
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from services.accreditation.adapters.mongo import BADGES
from shared.contracts.accreditation import BadgeActivated, BadgePrepared
from shared.contracts.conference import ConferencePublished
from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import ACCREDITATION_PARTICIPANTS
from shared.messaging import failpoints
from shared.messaging.cause import CommandKey
from shared.messaging.kernel import Kernel
from shared.messaging.outbox import OUTBOX
from shared.storage import Database
from shared.testing.conference import small_conference
from shared.testing.delivery import header
from shared.testing.history import Answer, Answered, Committed, Fact, History, facts_of_events
from shared.world import SYSTEM
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.integration.accreditation.desk import API, OFFICER, make_secrets, tell
from tests.support.backend import ROOT
from tests.support.child_settings import environment

AT_ONCE: Final = 8
PATIENCE_S: Final = 90.0
TELLS: Final = {"activated": BadgeActivated, "replaced": BadgePrepared}


@dataclass
class Process:
    """Accreditation, started again each time it has killed itself; whoever waits for an answer asks again."""

    rig: Rig
    draw: random.Random
    plan: deque[str]
    killed: list[str] = field(default_factory=list)
    _waiting: dict[str, tuple[bytes, asyncio.Future[dict[str, Any]]]] = field(default_factory=dict)
    _stdin: asyncio.StreamWriter | None = None

    async def call(self, key: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a call, which is made until it has one."""
        line = orjson.dumps({"key": key, "path": path, "body": body}) + b"\n"
        while True:
            future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            self._waiting[key] = (line, future)
            self._send(line)
            answer = await asyncio.wait_for(future, PATIENCE_S)
            if answer["status"] != 503:
                return answer
            await asyncio.sleep(0.2)

    async def run(self, until: asyncio.Event) -> None:
        """Start it and start it again until the plan is done; unarmed then, until `until` is set."""
        while True:
            armed = self.plan[0] if self.plan else ""
            process = await self._started(armed)
            assert process.stdin is not None
            self._stdin = process.stdin
            try:
                for line, _ in list(self._waiting.values()):
                    self._send(line)
                ends = asyncio.create_task(self._end(process, until if not armed else None))
                await self._read(process)
                ends.cancel()
                code = await process.wait()
            finally:
                self._stdin = None
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if armed and code == -signal.SIGKILL:
                self.killed.append(self.plan.popleft())
            elif armed or code != 0:
                raise AssertionError(f"accreditation ended with {code}, armed with {armed or 'nothing'}")
            else:
                return

    async def _started(self, armed: str) -> asyncio.subprocess.Process:
        visit = self.draw.randint(1, 8) if armed else 0
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.faults.badge_worker", armed or "-", str(visit)),
            cwd=ROOT,
            env=environment(self.rig.settings("accreditation")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )

    @staticmethod
    async def _end(process: asyncio.subprocess.Process, until: asyncio.Event | None) -> None:
        if until is not None and process.stdin is not None:
            await until.wait()
            process.stdin.close()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if not line.startswith(b"{"):
                continue
            answer = orjson.loads(line)
            if (waits := self._waiting.pop(answer["key"], None)) is not None:
                waits[1].set_result(answer)

    def _send(self, line: bytes) -> None:
        if self._stdin is not None:
            with contextlib.suppress(ConnectionError):
                self._stdin.write(line)


class Badges:
    """People come one after the other; each is told of, and two callers at once do all that is done with the badge."""

    def __init__(self, rig: Rig, process: Process, registration: Kernel, accreditation: Database) -> None:
        self._process = process
        self._registration = registration
        self._badges = accreditation.collection(BADGES)
        self._instance = rig.namespace.name
        self._keys = itertools.count()
        self.answers: list[Fact] = []

    async def live(self, person: str) -> None:
        submitted = ParticipantSubmitted(
            conference_id="small",
            participant_id=person,
            delegation="egypt",
            category="staff",
            revision=1,
            has_photo=True,
        )
        await tell(self._registration, submitted)
        badge_id = await self._newest(person)
        await asyncio.gather(*(self._activate(person) for _ in range(2)))
        await asyncio.gather(*(self._replace(badge_id, "damaged") for _ in range(2)))
        await asyncio.gather(*(self._activate(person) for _ in range(2)))
        await asyncio.gather(self._replace(await self._newest(person), "lost"), self._activate(person))

    async def _newest(self, person: str) -> str:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not (found := await self._badges.find_one({"participant_id": person}, sort=[("profile_version", -1)])):
            assert asyncio.get_running_loop().time() < deadline, f"{person} has no badge after {PATIENCE_S:.0f} s"
            await asyncio.sleep(0.1)
        return str(found["_id"])

    async def _activate(self, person: str) -> None:
        key = self._key()
        answer = await self._process.call(key, f"{API}/badges/activations", {"participant_ids": [person]})
        (row,) = answer["body"]["rows"]
        told = row["outcome"] == "activated"
        self.answers.append(Answered(_command(f"{key} {person}"), Answer.DONE if told else Answer.REFUSED))

    async def _replace(self, badge_id: str, reason: str) -> None:
        key = self._key()
        answer = await self._process.call(key, f"{API}/badges/{badge_id}/replacement", {"reason": reason})
        self.answers.append(Answered(_command(key), Answer.DONE if answer["status"] == 200 else Answer.REFUSED))

    def _key(self) -> str:
        return f"{self._instance}-{next(self._keys)}"


def _command(key: str) -> str:
    return CommandKey(OFFICER.account_id, key, "").command_id


async def recorded(accreditation: Database, answers: list[Fact]) -> History:
    """The answers, the streams with what each call was for, and the badges that came into force and ended."""
    events: list[IntegrationEvent] = []
    query, order = {"topic": ACCREDITATION_PARTICIPANTS}, [("key", 1), ("sequence", 1)]
    async for rows in accreditation.collection(OUTBOX).stream(query, sort=order, chunk=1_000):
        for row in rows:
            event = REGISTRY.events[header(row, "ce_type") or ""].parse(row["data"])
            events.append(event)
            cause = header(row, "ce_causationid") if isinstance(event, tuple(TELLS.values())) else None
            answers.append(Committed(row["topic"], row["key"], row["sequence"], row["_id"], cause))
    return (*answers, *facts_of_events(events))


async def killed_among_badges(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    async def work() -> tuple[str, History, list[str]]:
        make_secrets(rig.namespace.secrets)
        plan = deque(itertools.islice(itertools.cycle(failpoints.ALL), scale.badge_kills))
        process, done = Process(rig, draw, plan), asyncio.Event()
        people = itertools.count()
        async with rig.databases() as (_, accreditation):
            registration = Kernel(rig.settings("registration"), SYSTEM, service="registration")
            operations = Kernel(rig.settings("operations"), SYSTEM, service="operations")
            async with registration.running(indexes=()), operations.running(indexes=()), asyncio.TaskGroup() as group:
                await tell(operations, ConferencePublished(version=1, conference=small_conference()))
                badges = Badges(rig, process, registration, accreditation)

                async def come() -> None:
                    while process.plan or len(badges.answers) < scale.badge_calls:
                        await badges.live(f"p-{next(people)}")

                running = group.create_task(process.run(done))
                await asyncio.gather(*(come() for _ in range(AT_ONCE)))
                done.set()
                await running
            answers = len(badges.answers)
            history = await recorded(accreditation, badges.answers)
        places = len(set(process.killed))
        wrong = [] if len(process.killed) == scale.badge_kills else [f"only {len(process.killed)} kills"]
        tried = f"{len(process.killed)} kills at {places} places, {answers:,} calls, two at once for each badge"
        return tried, history, wrong

    return await judged("kill -9 of accreditation among badges: I1, I2 and I5 hold", work)
