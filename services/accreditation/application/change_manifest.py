"""Say anew who may sit in a vehicle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.issue_token import require_people
from services.accreditation.application.records import Bind, BindTokens
from services.accreditation.domain.token_errors import TokenNotFoundError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ChangeManifest:
    """`seen` is the token's version that the officer looked at."""

    token_id: str
    manifest: tuple[str, ...]
    seen: int | None = None


class ChangeManifestHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, bind_tokens: BindTokens) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._bind_tokens = bind_tokens

    async def __call__(
        self, principal: Principal, command: ChangeManifest, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises RoleRequiredError, TokenNotFoundError, TokenChangedError, TokenStateError, TokenFactsError,
        NotApprovedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        officer, token_id = officer_of(principal), command.token_id

        async def work(tx: Transaction) -> dict[str, Any]:
            tokens = self._bind_tokens(tx)
            token = await tokens.one(token_id)
            if token is None:
                raise TokenNotFoundError
            changed, told = token.with_manifest(command.manifest, officer, tx.now, seen=command.seen)
            await require_people(self._bind(tx), replace(changed.facts, holder=None))
            await tokens.save(changed)
            tx.emit(told)
            return {"token_id": token_id, "state": changed.state.value, "custody": changed.custody.value}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=f"token:{token_id}")
