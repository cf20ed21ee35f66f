"""End a token: returned, lost or revoked."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.one_token import OneToken
from services.accreditation.domain.token import TokenState
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role


class EndTokenHandler:
    def __init__(self, one_token: OneToken) -> None:
        self._one_token = one_token

    async def __call__(
        self, principal: Principal, token_id: str, state: TokenState, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises RoleRequiredError, TokenNotFoundError, TokenStateError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._one_token(token_id, lambda token, at: token.end(state, at), cause, key)
