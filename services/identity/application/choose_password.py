"""Choose another password: by whoever knows the present one, which may have been drawn for them."""

from __future__ import annotations

from services.identity.application.check_sign_in import CheckSignIn, SignIn
from services.identity.application.facts import PASSWORD_CHOSEN, SIGNED_IN, account_fact, session_fact
from services.identity.application.ports import Accounts, Passwords
from services.identity.domain.account import PASSWORD_CHARS_MIN, PasswordTooShortError, PasswordUnchangedError
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.security.tokens import Session, TokenIssuer
from shared.world import World


class ChoosePasswordHandler:
    def __init__(
        self,
        check: CheckSignIn,
        accounts: Accounts,
        passwords: Passwords,
        issuer: TokenIssuer,
        unit_of_work: UnitOfWork,
        world: World,
    ) -> None:
        self._check = check
        self._accounts = accounts
        self._passwords = passwords
        self._issuer = issuer
        self._unit_of_work = unit_of_work
        self._world = world

    async def __call__(self, command: SignIn, chosen: str) -> str:
        """A token of a new session; all others of the account are over.

        Raises SignInRefusedError, TooManyAttemptsError, PasswordTooShortError, PasswordUnchangedError.
        """
        account = await self._check(command)
        if len(chosen) < PASSWORD_CHARS_MIN:
            raise PasswordTooShortError
        if chosen == command.password:
            raise PasswordUnchangedError
        password_hash = await self._passwords.hash(chosen)

        changed = account.with_password(password_hash, self._world.now(), drawn=False)
        session = Session(self._world.new_id(), changed.epoch)

        async def work(tx: Transaction) -> None:
            await self._accounts.replace(tx, changed)
            tx.emit(account_fact(PASSWORD_CHOSEN, changed, changed.principal()))
            tx.emit(session_fact(SIGNED_IN, changed.principal(), session))

        cause = Cause(self._world.new_id(), None, None, account.account_id)
        await self._unit_of_work.run(work, cause=cause, serialise=account.account_id)
        return self._issuer.issue(changed.principal(), session)
