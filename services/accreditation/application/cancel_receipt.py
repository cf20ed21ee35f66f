"""Withdraw a receipt that nobody signed."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.records import BindBooks
from services.accreditation.domain.desk_errors import ReceiptNotFoundError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class CancelReceiptHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: BindBooks) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(self, principal: Principal, receipt_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Raises RoleRequiredError, ReceiptNotFoundError, ReceiptStateError."""
        principal.require(Role.ACCREDITATION_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            receipt = await books.receipt(receipt_id)
            if receipt is None:
                raise ReceiptNotFoundError
            cancelled = receipt.cancel()
            await books.save_receipt(cancelled)
            return {"receipt_id": receipt_id, "state": cancelled.state.value}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=receipt_id)
