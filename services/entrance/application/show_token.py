"""Show a token that was read at a gate: what it is, whose, its plate or serial, and who may sit in the vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.entrance.domain.badge import Badge
from services.entrance.domain.errors import UnknownTokenError
from services.entrance.domain.ports import Badges, Statuses, Tokens
from services.entrance.domain.token import Token
from shared.security.principal import Principal, Role
from shared.token_numbers import read_token_number


@dataclass(frozen=True)
class ShownToken:
    """`people` are the badges in use of the holder or of those on the manifest."""

    token: Token
    people: Sequence[Badge]


class ShowToken:
    def __init__(self, tokens: Tokens, badges: Badges, statuses: Statuses) -> None:
        self._tokens = tokens
        self._badges = badges
        self._statuses = statuses

    async def __call__(self, principal: Principal, number: str) -> ShownToken:
        """Raises RoleRequiredError, UnknownTokenError."""
        principal.require(Role.GUARD, Role.SUPERVISOR)
        read = read_token_number(number)
        token = await self._tokens.by_number(*read) if read else None
        if token is None:
            raise UnknownTokenError
        people = [who for who in (token.holder, *token.manifest) if who is not None]
        return ShownToken(token, [self._statuses.by_list(badge) for badge in await self._badges.of_people(people)])
