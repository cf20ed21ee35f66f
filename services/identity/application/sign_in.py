"""Sign in with address and password, and get a token."""

from __future__ import annotations

from services.identity.application.check_sign_in import CheckSignIn, SignIn
from services.identity.domain.account import PasswordToChooseError
from shared.security.tokens import Session, TokenIssuer
from shared.world import World


class SignInHandler:
    def __init__(self, check: CheckSignIn, issuer: TokenIssuer, world: World) -> None:
        self._check = check
        self._issuer = issuer
        self._world = world

    async def __call__(self, command: SignIn) -> str:
        """A token. Raises SignInRefusedError, TooManyAttemptsError, PasswordToChooseError."""
        account = await self._check(command)
        if account.password_drawn:
            raise PasswordToChooseError
        return self._issuer.issue(account.principal(), Session(self._world.new_id(), account.epoch))
