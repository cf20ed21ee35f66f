"""One command over one token, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.accreditation.application.records import BindTokens
from services.accreditation.domain.events import TokenEvent
from services.accreditation.domain.token import Token
from services.accreditation.domain.token_errors import TokenNotFoundError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork

Step = Callable[[Token, datetime], tuple[Token, TokenEvent]]


class OneToken:
    def __init__(self, unit_of_work: UnitOfWork, bind: BindTokens) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(self, token_id: str, step: Step, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """State and custody afterwards. Raises TokenNotFoundError and whatever the step refuses with."""

        async def work(tx: Transaction) -> dict[str, Any]:
            tokens = self._bind(tx)
            token = await tokens.one(token_id)
            if token is None:
                raise TokenNotFoundError
            changed, told = step(token, tx.now)
            await tokens.save(changed)
            tx.emit(told)
            return {"token_id": token_id, "state": changed.state.value, "custody": changed.custody.value}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=f"token:{token_id}")
