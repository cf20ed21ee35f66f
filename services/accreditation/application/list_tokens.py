"""Tokens by delegation and kind."""

from __future__ import annotations

from services.accreditation.domain.ports import Page
from services.accreditation.domain.token import Token, TokenKind
from services.accreditation.domain.token_ports import TokenViews
from shared.security.principal import Principal, Role


class ListTokens:
    def __init__(self, views: TokenViews) -> None:
        self._views = views

    async def __call__(
        self, principal: Principal, *, delegation: str | None, kind: TokenKind | None, page: int
    ) -> Page[Token]:
        """By kind and number. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISOR)
        return await self._views.listed(delegation=delegation, kind=kind, page=page)
