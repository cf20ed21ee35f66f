"""Sign in with address and password, and get a token."""

from __future__ import annotations

from services.identity.application.check_sign_in import CheckSignIn, SignIn
from services.identity.application.facts import SIGNED_IN, session_fact
from services.identity.domain.account import PasswordToChooseError
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.security.tokens import Session, TokenIssuer
from shared.world import World


class SignInHandler:
    def __init__(self, check: CheckSignIn, issuer: TokenIssuer, unit_of_work: UnitOfWork, world: World) -> None:
        self._check = check
        self._issuer = issuer
        self._unit_of_work = unit_of_work
        self._world = world

    async def __call__(self, command: SignIn) -> str:
        """A token; that it was given is in the audit log's outbox before it is answered.

        Raises SignInRefusedError, TooManyAttemptsError, PasswordToChooseError.
        """
        account = await self._check(command)
        if account.password_drawn:
            raise PasswordToChooseError
        session = Session(self._world.new_id(), account.epoch)

        async def work(tx: Transaction) -> None:
            tx.emit(session_fact(SIGNED_IN, account.principal(), session))

        cause = Cause(self._world.new_id(), None, None, account.account_id)
        await self._unit_of_work.run(work, cause=cause, serialise=account.account_id)
        return self._issuer.issue(account.principal(), session)
