"""A draft that is thrown away leaves its name nowhere, not even in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.registration.application.discard_draft import DiscardDraftHandler
from services.registration.application.list_parts import ListParts
from services.registration.application.write_list import WriteList
from services.registration.domain.participant import Participant, State
from shared.messaging.unit_of_work import Cause, CommandKey
from shared.security.principal import Principal, Role
from tests.unit.registration.test_people_index import AMINA, NOW, PETROS, kept

FOCAL_POINT = Principal("focal", "person-focal", frozenset({Role.FOCAL_POINT}), "egypt")
DRAFT = Participant("amina", "c", "egypt", "delegate", "draft:amina", {}, state=State.DRAFT, revision=0)


class Commits:
    """A unit of work that commits what it is given, or breaks off before."""

    def __init__(self, *, breaks: bool) -> None:
        self._breaks = breaks

    async def run_command(
        self, work: Callable[[Any], Awaitable[dict[str, Any]]], *, cause: Cause, command: CommandKey, serialise: str
    ) -> dict[str, Any]:
        result = await work(None)
        if self._breaks:
            raise ConnectionError
        return result


class OneDraft:
    async def by_id(self, _participant_id: str) -> Participant:
        return DRAFT

    async def one_in_transaction(self, _tx: Any, _participant_id: str) -> Participant:
        return DRAFT


class Writes:
    async def discard(self, *_: Any) -> None:
        """The vault forgets when the commit is there."""


def test_its_name_is_forgotten_with_the_commit_and_not_without_one() -> None:
    vault, index = kept(amina=AMINA, petros=PETROS)
    command = CommandKey("command", FOCAL_POINT.account_id, "fingerprint")

    async def thrown_away(*, breaks: bool) -> None:
        parts = SimpleNamespace(participants=OneDraft(), unit_of_work=Commits(breaks=breaks))
        discard = DiscardDraftHandler(cast("ListParts", parts), cast("WriteList", Writes()), index)
        await discard(FOCAL_POINT, "amina", Cause("story", None, None, "focal"), command)

    async def tried() -> None:
        await index.like("petros", NOW)
        with pytest.raises(ConnectionError):
            await thrown_away(breaks=True)
        assert index.holds("amina")
        await thrown_away(breaks=False)
        del vault.people["amina"]
        await index.follow(NOW)
        assert not index.holds("amina")
        assert index.holds("petros")

    asyncio.run(tried())
