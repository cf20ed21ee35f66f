"""Take up a delegation's request for a weapon, radio or vehicle, its withdrawal, and its bearer's erasure."""

from __future__ import annotations

from services.accreditation.application.records import BindPermits, BindTokens
from services.accreditation.domain.permit_request import PermitRequest
from services.accreditation.domain.token import Token, TokenState
from shared.messaging.unit_of_work import Transaction


class TakePermitRequestHandler:
    def __init__(self, bind: BindPermits, bind_tokens: BindTokens) -> None:
        self._bind = bind
        self._bind_tokens = bind_tokens

    async def apply(self, tx: Transaction, request: PermitRequest) -> None:
        await self._bind(tx).save(request)

    async def withdraw(self, tx: Transaction, request_id: str) -> None:
        """A permit that it had already is revoked with it. Does nothing for a request that was never taken up."""
        requests, tokens = self._bind(tx), self._bind_tokens(tx)
        request = await requests.one(request_id)
        if request is None:
            return
        await requests.save(request.withdrawn(tx.now))
        token = await tokens.one(request.token_id) if request.token_id else None
        if token is not None:
            await tokens.save(_revoked(tx, token))

    async def forget(self, tx: Transaction, participant_id: str) -> None:
        """An erased person's permits are revoked, and no serial or plate of theirs is kept."""
        tokens = self._bind_tokens(tx)
        requests = await self._bind(tx).of_bearer(participant_id)
        found = {token.token_id: token for token in await tokens.of_holder(participant_id)}
        for token_id in [request.token_id for request in requests if request.token_id]:
            token = await tokens.one(token_id)
            if token is not None:
                found[token_id] = token
        for token in found.values():
            await tokens.save(_revoked(tx, token).forgotten())


def _revoked(tx: Transaction, token: Token) -> Token:
    if token.state is not TokenState.VALID:
        return token
    ended, told = token.end(TokenState.REVOKED, tx.now)
    tx.emit(told)
    return ended
