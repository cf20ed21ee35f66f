"""Renew a session's token, unless the account's epoch says that the session is over."""

from __future__ import annotations

from services.identity.application.ports import Accounts
from shared.security.tokens import TokenInvalidError, TokenIssuer, TokenVerifier


class RefreshSessionHandler:
    def __init__(self, accounts: Accounts, issuer: TokenIssuer, verifier: TokenVerifier) -> None:
        self._accounts = accounts
        self._issuer = issuer
        self._verifier = verifier

    async def __call__(self, token: str) -> str:
        """A new token of the same session, with the account's roles as they are now. Raises TokenInvalidError."""
        principal, session = await self._verifier.session(token)
        account = await self._accounts.by_id(principal.account_id)
        if account is None or account.disabled or account.epoch != session.epoch:
            raise TokenInvalidError
        return self._issuer.issue(account.principal(), session)
