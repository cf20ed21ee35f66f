"""Take numbered blank cards into the stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.records import BindBooks
from services.accreditation.domain.card import Batch, CardNumber
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ReceiveStock:
    first: str
    last: str


class ReceiveStockHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: BindBooks) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(
        self, principal: Principal, command: ReceiveStock, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """How many cards came. Raises RoleRequiredError, CardNotInStockError, StockOverlapError."""
        principal.require(Role.ACCREDITATION_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            batch = Batch.of(CardNumber.parse(command.first), CardNumber.parse(command.last), tx.now)
            await books.save_stock((await books.stock()).receive(batch))
            return {"cards": batch.cards}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise="card_stock")
