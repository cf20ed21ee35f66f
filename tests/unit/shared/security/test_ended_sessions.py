"""Sessions that are over: known within a second, and never a reason to wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import pytest

from shared.errors import InfrastructureError
from shared.security import ended_sessions
from shared.security.ended_sessions import EndedSessions, account_digest


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended_sessions, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(ended_sessions, "PATIENCE_S", 0.05)


async def test_a_session_older_than_the_accounts_epoch_is_over() -> None:
    async def fetch() -> Mapping[str, int]:
        return {account_digest("a"): 3}

    ended = EndedSessions(fetch)
    assert [await ended.is_over("a", epoch) for epoch in (2, 3, 4)] == [True, False, False]
    assert not await ended.is_over("b", 1)


async def test_while_identity_is_away_what_was_known_holds() -> None:
    is_away = False

    async def fetch() -> Mapping[str, int]:
        if is_away:
            raise InfrastructureError("identity")
        return {account_digest("a"): 3}

    ended = EndedSessions(fetch)
    assert await ended.is_over("a", 2)
    is_away = True
    await asyncio.sleep(0.02)
    assert await ended.is_over("a", 2)
    assert not await ended.is_over("b", 1)


async def test_nobody_waits_long_for_an_identity_that_hangs() -> None:
    async def fetch() -> Mapping[str, int]:
        await asyncio.sleep(5)
        return {}

    began = time.monotonic()
    assert not await EndedSessions(fetch).is_over("a", 1)
    assert time.monotonic() - began < 1
