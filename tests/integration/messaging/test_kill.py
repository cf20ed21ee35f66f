"""kill -9 between commit and publish, and between effect and acknowledgement: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from shared.messaging.failpoints import AFTER_PUBLISH, BEFORE_ACKNOWLEDGE, BEFORE_PUBLISH
from shared.settings import ServiceSettings
from tests.integration.messaging.lab import Lab, submitted

ROOT = Path(__file__).parents[3]
PEOPLE, REVISIONS = 20, 5


def environment(settings: ServiceSettings) -> dict[str, str]:
    plain = settings.model_dump(mode="json", exclude={"internal_urls", "mongo_url", "kafka_password"})
    plain["mongo_url"] = settings.mongo_url.get_secret_value()
    plain["kafka_password"] = settings.kafka_password.get_secret_value()
    return {**os.environ, **{f"LAB_{name.upper()}": str(value) for name, value in plain.items()}}


async def killed_at(role: str, place: str, visit: int, settings: ServiceSettings) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.messaging.crashing",
        role,
        place,
        str(visit),
        cwd=ROOT,
        env=environment(settings),
    )


async def assert_each_once(lab: Lab) -> None:
    async def all_came() -> bool:
        return len(await lab.effects()) >= PEOPLE * REVISIONS

    await lab.until(all_came, seconds=40)
    for person in range(PEOPLE):
        effects = await lab.effects(f"p-{person}")
        assert [effect["revision"] for effect in effects] == list(range(1, REVISIONS + 1))
        assert len({effect["event_id"] for effect in effects}) == REVISIONS


async def tell_all(lab: Lab) -> None:
    for revision in range(1, REVISIONS + 1):
        await lab.tell(*(submitted(f"p-{person}", revision) for person in range(PEOPLE)))


@pytest.mark.parametrize("place", [BEFORE_PUBLISH, AFTER_PUBLISH])
async def test_a_relay_killed_between_commit_and_publish_loses_and_doubles_nothing(lab: Lab, place: str) -> None:
    await lab.teller.database.ensure_indexes([])
    async with lab.listening():
        process = await killed_at("teller", place, 1, lab.settings[0])
        await asyncio.sleep(0.5)
        await tell_all(lab)
        assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
        async with lab.teller.running(indexes=()):
            await assert_each_once(lab)


async def test_a_consumer_killed_between_effect_and_acknowledgement_doubles_nothing(lab: Lab) -> None:
    async with lab.teller.running(indexes=()):
        process = await killed_at("listener", BEFORE_ACKNOWLEDGE, 1, lab.settings[1])
        await tell_all(lab)
        assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
        before = await lab.effects()
        assert before, "the effects were committed before the process died"
        async with lab.listening():
            await assert_each_once(lab)
