"""Whose account somebody signs in to, by address, name at a shared address and password; failures are counted."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.application.ports import Accounts, Passwords
from services.identity.application.tell_failed_sign_ins import FailedSignIns
from services.identity.domain.account import (
    Account,
    SignInRefusedError,
    TooManyAttemptsError,
    normalised_email,
    normalised_sign_in_name,
    sign_in_id,
)
from services.identity.domain.attempts import Attempts
from shared.world import World


@dataclass(frozen=True)
class SignIn:
    """`name` tells people of one shared address apart; `address` is where the request came from."""

    email: str
    password: str
    address: str
    name: str = ""


class CheckSignIn:
    """Signing in and choosing a password fail by one count, so that neither is a way around the other."""

    def __init__(self, accounts: Accounts, passwords: Passwords, failures: FailedSignIns, world: World) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._failures = failures
        self._world = world
        self._attempts = Attempts()

    async def __call__(self, command: SignIn) -> Account:
        """Raises SignInRefusedError for whatever is wrong, TooManyAttemptsError after ten failures in five minutes."""
        wanted = sign_in_id(normalised_email(command.email), normalised_sign_in_name(command.name))
        subjects = (f"account:{wanted}", f"address:{command.address}")
        now = self._world.now()
        if any(self._attempts.is_exhausted(subject, now) for subject in subjects):
            raise TooManyAttemptsError
        account = await self._accounts.by_sign_in(wanted)
        matches = await self._passwords.matches(account.password_hash if account else None, command.password)
        if account is None or account.disabled or not matches:
            for subject in subjects:
                self._attempts.failed(subject, now)
            held_off = any(self._attempts.is_exhausted(subject, now) for subject in subjects)
            await self._failures.count(account.account_id if account else None, held_off=held_off)
            raise SignInRefusedError
        self._attempts.succeeded(subjects[0])
        return account
