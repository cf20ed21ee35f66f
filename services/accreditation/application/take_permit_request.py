"""Take up a delegation's request for a weapon, radio or vehicle, and its withdrawal."""

from __future__ import annotations

from services.accreditation.application.records import BindPermits, BindTokens
from services.accreditation.domain.permit_request import PermitRequest
from services.accreditation.domain.token import TokenState
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
        if token is not None and token.state is TokenState.VALID:
            ended, told = token.end(TokenState.REVOKED, tx.now)
            await tokens.save(ended)
            tx.emit(told)
