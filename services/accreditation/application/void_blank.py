"""Take a blank out of use: spoiled, missing, or signed by a key that is no longer trusted."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.records import BindBooks
from services.accreditation.domain.badge_number import serial_of
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.desk_errors import BlankNotFoundError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class VoidBlankHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: BindBooks, views: DeskViews) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._views = views

    async def __call__(self, principal: Principal, number: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Raises RoleRequiredError, BadgeNumberError, BlankNotFoundError, BlankStateError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        known = await self._views.by_serial(serial_of(number))

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            blank = await books.blank(known.badge_id) if known else None
            if blank is None:
                raise BlankNotFoundError
            voided = blank.void(tx.now)
            await books.save_blanks([voided])
            return {"number": voided.number, "state": voided.state.value}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)
