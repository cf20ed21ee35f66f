"""Issue a token beside the badge: floater, pin, pool pass, vehicle, weapon or radio permit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.accreditation.application.records import Bind, BindTokens, conference_of
from services.accreditation.domain.dossier_errors import NotApprovedError
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.ports import Records
from services.accreditation.domain.token import Token, TokenFacts, TokenKind
from services.accreditation.domain.token_errors import TokenFactsError, TokenQuotaError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import World
from shared.written_text import require_clean

NumberTokens = Callable[[TokenKind, int], int]
"""The number on the n-th token of a kind (from 1), from which nobody can tell how many others there are."""


class IssueTokenHandler:
    def __init__(
        self, unit_of_work: UnitOfWork, bind: Bind, bind_tokens: BindTokens, number: NumberTokens, world: World
    ) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._bind_tokens = bind_tokens
        self._number = number
        self._world = world

    async def __call__(self, principal: Principal, facts: TokenFacts, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Its id and number. Whoever it names must be approved and of that delegation.

        Raises RoleRequiredError, MisleadingTextError, NoConferenceError, TokenFactsError, TokenQuotaError,
        NotApprovedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        require_clean("mark", facts.mark or "")

        async def work(tx: Transaction) -> dict[str, Any]:
            token = await self.issue(tx, facts)
            return {"token_id": token.token_id, "number": token.number, "printed": token.printed}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=token_lock(facts.kind))

    async def issue(self, tx: Transaction, facts: TokenFacts) -> Token:
        """A part of whatever issues a token, in its transaction and under `token_lock`. Raises as the command does."""
        records, tokens = self._bind(tx), self._bind_tokens(tx)
        conference = await conference_of(records)
        if facts.delegation not in conference.delegations:
            raise TokenFactsError("delegation")
        await require_people(records, facts)
        quota = conference.tokens_per_delegation.get(facts.kind.value)
        if quota is not None and await tokens.valid_ones(facts.kind, facts.delegation) >= quota:
            raise TokenQuotaError(quota)
        number = self._number(facts.kind, await tokens.next_count(facts.kind))
        token, told = Token.issue(self._world.new_id(), conference.id, number, facts, tx.now)
        await tokens.save(token)
        tx.emit(told)
        return token


def token_lock(kind: TokenKind) -> str:
    """Who counts and numbers tokens of a kind queues under this name."""
    return f"tokens:{kind.value}"


async def require_people(records: Records, facts: TokenFacts) -> None:
    """Raises NotApprovedError for anybody who is not approved, and for another delegation's people alike."""
    for participant_id in filter(None, (facts.holder, *facts.manifest)):
        dossier = await records.dossier(participant_id)
        if dossier is None or dossier.subject.delegation != facts.delegation:
            raise NotApprovedError("none")
        if dossier.state is not DossierState.APPROVED:
            raise NotApprovedError(dossier.state.value)
