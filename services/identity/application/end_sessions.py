"""After a restore: nobody is signed in any more, for whom that was taken away since is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.identity.application.ports import Accounts
from shared.world import World

GENERATIONS: Final = 1_000  # more changes than one account sees between a backup and its restore


class EndSessions:
    def __init__(self, accounts: Accounts, world: World) -> None:
        self._accounts = accounts
        self._world = world

    async def __call__(self, restores: int) -> Mapping[str, str]:
        """`restores` lie between the backup and now, this one included."""
        await self._accounts.end_sessions(restores * GENERATIONS, self._world.now())
        return {"sessions_ended": "all"}
