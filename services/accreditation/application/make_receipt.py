"""List the badges that a delegation is to take over, for its signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.records import BindBooks
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.desk_errors import NothingToIssueError
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.ports import Views
from services.accreditation.domain.receipt import Receipt, ReceiptLine
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class MakeReceipt:
    """`participant_ids` empty means every prepared badge of the delegation."""

    delegation: str
    participant_ids: tuple[str, ...] = ()


class MakeReceiptHandler:
    def __init__(
        self, unit_of_work: UnitOfWork, bind: BindBooks, views: Views, desk_views: DeskViews, world: World
    ) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._views = views
        self._desk_views = desk_views
        self._world = world

    async def __call__(
        self, principal: Principal, command: MakeReceipt, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The receipt's id and how many badges it lists. Nothing is issued before it is signed.

        Raises RoleRequiredError, NoConferenceError, NothingToIssueError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        lines = await self._lines(command, conference)

        async def work(tx: Transaction) -> dict[str, Any]:
            if not lines:
                raise NothingToIssueError
            receipt = Receipt(self._world.new_id(), command.delegation, lines, principal.account_id, tx.now)
            await self._bind(tx).save_receipt(receipt)
            return {"receipt_id": receipt.receipt_id, "badges": len(lines), "digest": receipt.digest}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)

    async def _lines(self, command: MakeReceipt, conference: ConferenceRules) -> tuple[ReceiptLine, ...]:
        """Badges whose card is still to be confirmed stay behind where the conference counts its cards."""
        waiting = [
            badge
            for badge in await self._desk_views.to_issue(command.delegation)
            if badge.card is not None or not conference.numbered_cards
        ]
        if command.participant_ids:
            chosen = set(command.participant_ids)
            waiting = [badge for badge in waiting if badge.subject.participant_id in chosen]
        return tuple(ReceiptLine(badge.subject.participant_id, badge.badge_id, badge.number) for badge in waiting)
