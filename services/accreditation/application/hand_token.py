"""Hand a token over to its holder or take it back: a weapon or radio at the armoury, all others at the desk."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.one_token import OneToken
from services.accreditation.domain.token import Custody
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role


class HandTokenHandler:
    def __init__(self, one_token: OneToken) -> None:
        self._one_token = one_token

    async def __call__(
        self, principal: Principal, token_id: str, custody: Custody, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The armoury's counter is a supervisor's or an officer's.

        Raises RoleRequiredError, TokenNotFoundError, TokenStateError, TokenFactsError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.SUPERVISOR)
        return await self._one_token(token_id, lambda token, at: token.hand(custody, at), cause, key)
