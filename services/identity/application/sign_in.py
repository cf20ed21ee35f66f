"""Sign in with e-mail and password, and get a token."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.application.ports import Accounts, Passwords
from services.identity.domain.account import SignInRefusedError, TooManyAttemptsError, normalised_email
from services.identity.domain.attempts import Attempts
from shared.security.tokens import Session, TokenIssuer
from shared.world import World


@dataclass(frozen=True)
class SignIn:
    email: str
    password: str
    address: str


class SignInHandler:
    def __init__(self, accounts: Accounts, passwords: Passwords, issuer: TokenIssuer, world: World) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._issuer = issuer
        self._world = world
        self._attempts = Attempts()

    async def __call__(self, command: SignIn) -> str:
        """A token.

        Raises SignInRefusedError for whatever is wrong, TooManyAttemptsError after ten failures in five minutes.
        """
        email = normalised_email(command.email)
        subjects = (f"account:{email}", f"address:{command.address}")
        now = self._world.now()
        if any(self._attempts.is_exhausted(subject, now) for subject in subjects):
            raise TooManyAttemptsError
        account = await self._accounts.by_email(email)
        matches = await self._passwords.matches(account.password_hash if account else None, command.password)
        if account is None or account.disabled or not matches:
            for subject in subjects:
                self._attempts.failed(subject, now)
            raise SignInRefusedError
        self._attempts.succeeded(subjects[0])
        return self._issuer.issue(account.principal(), Session(self._world.new_id(), account.epoch))
