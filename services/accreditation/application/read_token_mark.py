"""Tell the gates' service the plate or serial of a token, which no event tells."""

from __future__ import annotations

from typing import Final

from services.accreditation.domain.token_errors import TokenNotFoundError
from services.accreditation.domain.token_ports import TokenViews
from shared.security.principal import Principal, Role

READERS: Final = frozenset({"service:entrance"})


class ReadTokenMark:
    def __init__(self, tokens: TokenViews) -> None:
        self._tokens = tokens

    async def __call__(self, principal: Principal, token_id: str) -> str | None:
        """None for a token without one. Raises RoleRequiredError, TokenNotFoundError, also to another service."""
        principal.require(Role.SERVICE)
        token = await self._tokens.one(token_id)
        if token is None or principal.account_id not in READERS:
            raise TokenNotFoundError
        return token.facts.mark
