"""Sign for badges: each that is listed and still waits is issued, to be activated when its holder's face is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.records import Bind, BindBooks
from services.accreditation.domain.badge_errors import BadgeNotFoundError, BadgeStateError
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.desk_errors import PaperNumberRequiredError, ReceiptNotFoundError
from services.accreditation.domain.dossier_errors import NotApprovedError
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.receipt import Receipt
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class SignReceipt:
    """`paper` is the number of the paper that was signed by hand; a focal point signs here and gives none."""

    delegation: str
    receipt_id: str
    paper: str | None = None


class SignReceiptHandler:
    def __init__(
        self, unit_of_work: UnitOfWork, bulk: Bulk, bind: Bind, bind_books: BindBooks, views: DeskViews
    ) -> None:
        self._unit_of_work = unit_of_work
        self._bulk = bulk
        self._bind = bind
        self._bind_books = bind_books
        self._views = views

    async def __call__(self, principal: Principal, command: SignReceipt, cause: Cause, key: CommandKey) -> list[Row]:
        """A row for each person: `issued`, or `refused` with its code: a badge that ended meanwhile is not issued.

        A signature that broke off in the middle is completed by sending it again under the same key. Raises
        RoleRequiredError, ReceiptNotFoundError, ReceiptStateError, PaperNumberRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)
        principal.require_delegation(command.delegation)
        if Role.FOCAL_POINT not in principal.roles and command.paper is None:
            raise PaperNumberRequiredError
        receipt = await self._views.receipt(command.receipt_id)
        if receipt is None or receipt.delegation != command.delegation:
            raise ReceiptNotFoundError

        async def sign(tx: Transaction) -> dict[str, Any]:
            books = self._bind_books(tx)
            found = await books.receipt(command.receipt_id)
            if found is None:
                raise ReceiptNotFoundError
            await books.save_receipt(found.sign(principal.account_id, tx.now, paper=command.paper))
            return {"digest": found.digest}

        signature = CommandKey(key.account_id, f"{key.key} signature", key.fingerprint)
        await self._unit_of_work.run_command(sign, cause=cause, command=signature, serialise=receipt.receipt_id)
        return await self._issued(receipt, cause, key)

    async def _issued(self, receipt: Receipt, cause: Cause, key: CommandKey) -> list[Row]:
        badge_ids = {line.participant_id: line.badge_id for line in receipt.lines}

        async def issue(tx: Transaction, participant_id: str) -> str:
            records = self._bind(tx)
            dossier = await records.dossier(participant_id)
            if dossier is None or dossier.state is not DossierState.APPROVED:
                raise NotApprovedError(dossier.state.value if dossier else "none")
            badge = await records.badge(badge_ids[participant_id])
            if badge is None:
                raise BadgeNotFoundError
            if not badge.is_live:
                raise BadgeStateError(badge.state.value)
            issued, event = badge.issue(receipt.receipt_id, tx.now)
            await records.save_badges([issued])
            tx.emit(event)
            return "issued"

        return await self._bulk(list(badge_ids), issue, cause=cause, command=key)
