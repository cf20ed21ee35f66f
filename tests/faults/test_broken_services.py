"""The checkers of I5 to I8 against services that are broken on purpose: each scenario passes with them as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import AdminAccess
from shared.messaging.cause import CommandKey
from shared.security.principal import Principal, Role
from shared.testing.conference import small_conference
from shared.testing.history import Fact, Folded, History, RevocationSeen, Scanned, facts_of_events
from shared.testing.invariants import violations
from tests.conftest import Namespace, open_namespace
from tests.faults.build import Build
from tests.faults.service_builds import (
    answered_before_it_is_written,
    badges_remembered_by_the_gate,
    folded_by_the_clock,
    predecessor_left_in_force,
    scans_not_told_apart,
)
from tests.integration.accreditation.desk import open_desk, until
from tests.integration.accreditation.test_badges import post, prepared
from tests.integration.entrance.gate import open_gate

OPERATOR = Principal("account-omar", "person-omar", frozenset({Role.OPERATOR}))


@pytest.fixture
async def namespace(stack: AdminAccess, tmp_path: Path) -> AsyncIterator[Namespace]:
    """Every topic: these are whole services."""
    async with open_namespace(stack, tmp_path) as opened:
        yield opened


async def a_badge_is_replaced(namespace: Namespace) -> History:
    async with open_desk(namespace, small_conference()) as desk:
        (damaged,) = await prepared(desk, "p-1")
        await desk.activate("p-1")
        await post(desk, damaged, "replacement", "damaged")
        assert await desk.activate("p-1") == ["activated"]
        return facts_of_events(await desk.told("p-1"))


async def a_badge_is_revoked(namespace: Namespace) -> History:
    async with open_gate(namespace) as gate:
        number = await gate.give("p-1")
        await gate.scan(number, device="d-1", sequence=1)
        before = await gate.log()
        await gate.revoke("p-1", number)
        await gate.scan(number, device="d-1", sequence=2)
        after = (await gate.log())[len(before) :]
        return (*facts_of_events(before), RevocationSeen("perimeter", "badge-1"), *facts_of_events(after))


async def a_scan_is_sent_again(namespace: Namespace) -> History:
    async with open_gate(namespace) as gate:
        number = await gate.give("p-1")
        shown: list[Fact] = []
        for sequence in (1, 1, 2):
            await gate.scan(number, device="d-1", sequence=sequence)
            shown.append(Scanned("d-1", sequence))
        await asyncio.gather(*(gate.scan(number, device="d-2", sequence=1) for _ in range(4)))
        return (*shown, Scanned("d-2", 1), *facts_of_events(await gate.log()))


async def badges_are_folded_again(namespace: Namespace) -> History:
    async with open_gate(namespace) as gate:
        numbers = {person: await gate.give(person) for person in ("p-1", "p-2", "p-3")}
        await gate.revoke("p-2", numbers["p-2"])
        await gate.service.rebuilds.start(
            OPERATOR, "badges", swap=False, key=CommandKey("account-omar", "again", "badges")
        )

        async def last() -> dict[str, Any]:
            listed = await gate.service.rebuilds.listed()
            return next(each["last"] for each in listed if each["model"] == "badges")

        async def ended() -> bool:
            return (await last())["state"] == "compared"

        await until(ended, last, seconds=60)
        found = await last()
        return tuple(Folded("badges", "log", order, found[order]["digest"]) for order in ("live", "built"))


Scenario = Callable[[Namespace], Awaitable[History]]

BUILDS: list[Build[Scenario]] = [
    Build(predecessor_left_in_force, a_badge_is_replaced, "I5", "p-1 has 2 active badges"),
    Build(badges_remembered_by_the_gate, a_badge_is_revoked, "I6", "admitted badge-1, whose revocation it had seen"),
    Build(scans_not_told_apart, a_scan_is_sent_again, "I7", "scan d-1/1 is kept twice"),
    Build(answered_before_it_is_written, a_scan_is_sent_again, "I7", "scan d-2/1 was shown and is not kept"),
    Build(folded_by_the_clock, badges_are_folded_again, "I8", "differs between the orders live and built"),
]
SCENARIOS = list(dict.fromkeys(build.scenario for build in BUILDS))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_the_services_as_they_are_pass(scenario: Scenario, namespace: Namespace) -> None:
    history = await scenario(namespace)
    assert len(history) > 1, "what did not happen breaks nothing"
    assert violations(history) == []


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.breaks.__name__)
async def test_the_broken_service_is_found(
    build: Build[Scenario], namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.breaks(monkeypatch)
    build.assert_found_in(await build.scenario(namespace))
