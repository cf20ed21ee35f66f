"""Which sessions are over although their tokens have not expired: what every service asks before it trusts one."""

from __future__ import annotations

from datetime import timedelta

from services.identity.application.ports import Accounts
from shared.security.ended_sessions import account_digest
from shared.world import World

_MARGIN = timedelta(minutes=5)


class ListEndedSessions:
    """Accounts whose epoch was raised within the life of a token; before that no token of theirs is left."""

    def __init__(self, accounts: Accounts, world: World, token_lifetime_s: int) -> None:
        self._accounts = accounts
        self._world = world
        self._span = timedelta(seconds=token_lifetime_s) + _MARGIN

    async def __call__(self) -> dict[str, int]:
        """The epoch that a token needs at least, by the account's digest: whoever reads it learns of no account."""
        raised = await self._accounts.raised_since(self._world.now() - self._span)
        return {account_digest(account.account_id): account.epoch for account in raised}
