"""The row about dead letters: mended twice at once by two operators, and by processes that are killed midway."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from typing import Any

import orjson

from shared.contracts.topics import AUDIT
from shared.errors import InfrastructureError
from shared.messaging.cause import CommandKey
from shared.messaging.dead_letters import Letter
from shared.messaging.mend_dead_letter import Kind, LetterChangedError, Reason
from shared.messaging.outbox import OUTBOX
from shared.messaging.record_edit import Edit
from shared.security.principal import Principal, Role
from shared.testing.delivery import GROUP, submitted
from shared.testing.history import History, Poisoned
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.integration.messaging.lab import Lab
from tests.support.backend import ROOT
from tests.support.child_settings import environment

FIRST = Principal("first", "person-first", frozenset({Role.OPERATOR}))
SECOND = Principal("second", "person-second", frozenset({Role.OPERATOR}))
KILLED = ("inside", "after")  # the commit of a mending


async def mended_twice_at_once(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """Of each letter one of two edits takes effect, once, and the audit log has who, why and what of that one alone."""
    del draw

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        wrong: list[str] = []
        lab = rig.lab()
        lab.reaction.poison = {"poison"}
        killed, poisoned = 0, list[Poisoned]()
        async with lab.running():
            for number in range(scale.letters):
                key = f"letter-{number}"
                letter = await blocked(lab, key)
                poisoned.append(Poisoned(GROUP, letter.failed.event_id if letter.failed else ""))
                one, two = await proposed(lab, letter)
                if number % 3:
                    calls = [(SECOND, one), (FIRST, two)] * 2
                    await asyncio.gather(*(applied(lab, *call) for call in calls))
                else:
                    killed += await is_killed(lab, one, KILLED[number // 3 % 2])
                    await until_applied(lab, one)
                wrong += await wrong_with(lab, key, {one, two})
            await rig.until_caught_up(seconds=60)
            history = (*poisoned, *await rig.history())
        tried = f"{scale.letters} letters, two edits each at once, {killed} processes killed midway"
        return tried, history, wrong

    return await judged("a dead letter mended twice at once, or killed midway: one effect, and the audit of it", work)


async def blocked(lab: Lab, key: str) -> Letter:
    """A key blocked by its second record, with two behind it."""
    await lab.tell(submitted(key, 1), submitted(key, 2, "poison"), submitted(key, 3))

    async def found() -> Letter | None:
        return next((letter for letter in await lab.listener.dead_letters.listed() if letter.key == key), None)

    await lab.until(found, seconds=60)
    await lab.tell(submitted(key, 4))
    letter = await found()
    assert letter is not None, "nobody has mended it yet"
    return letter


async def proposed(lab: Lab, letter: Letter) -> list[str]:
    """Two people's proposals to mend it, each in another way."""
    mend = lab.listener.mend_dead_letter
    answers = []
    for who, category in ((FIRST, "staff"), (SECOND, "delegate")):
        command = CommandKey(who.account_id, letter.key, letter.key)
        edits = [Edit("category", category)]
        answers.append(await mend.propose(who, letter.id, Kind.EDIT, edits, Reason.VALUE_CORRECTED, command))
    return [str(answer["id"]) for answer in answers]


async def applied(lab: Lab, who: Principal, mending: str) -> bool:
    """Whether this proposal is in force; asked again after an outage, as a dead process's transaction is one."""
    try:
        return bool((await lab.listener.mend_dead_letter.apply(who, mending))["state"] == "applied")
    except (LetterChangedError, InfrastructureError):
        return False


async def until_applied(lab: Lab, mending: str) -> None:
    await lab.until(lambda: applied(lab, SECOND, mending), seconds=90)


async def is_killed(lab: Lab, mending: str, place: str) -> bool:
    """A process of its own puts the mending into force and kills itself."""
    command = (sys.executable, "-m", "tests.integration.messaging.mending", mending, place)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment(lab.settings[1]))
    return await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL


async def wrong_with(lab: Lab, key: str, proposals: set[str]) -> list[str]:
    """What is wrong with a letter's end: its effects in order, each once, and one fact that names one proposal."""
    try:
        await lab.until_revisions(key, [1, 2, 3, 4], seconds=60)
    except AssertionError as error:
        return [f"{key}: {error}"]
    rows = await lab.listener.database.collection(OUTBOX).find({"topic": AUDIT}, limit=100_000)
    facts = [fact for fact in (_fact(row) for row in rows) if fact["subject"].endswith(f"/{key}")]
    named = [detail["value"] for fact in facts for detail in fact["details"] if detail["name"] == "mending"]
    if len(named) != 1 or named[0] not in proposals:
        return [f"{key}: the audit log names {named}"]
    (fact,) = facts
    who = {fact["actor"], fact["seconded_by"]}
    changed = [detail["value"] for detail in fact["details"] if detail["name"] == "changed"]
    if (who, fact["reason"], changed) != ({"first", "second"}, "value_corrected", ["category"]):
        return [f"{key}: the audit log has {fact}"]
    return []


def _fact(row: dict[str, Any]) -> dict[str, Any]:
    fact: dict[str, Any] = orjson.loads(row["data"])
    return fact
