"""Write down what became of each numbered card: printed, confirmed good, or spoiled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.records import Bind, BindBooks
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_errors import BadgeNotFoundError
from services.accreditation.domain.badge_number import serial_of
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.card import Card, CardNumber
from services.accreditation.domain.events import CardOutcome
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class CardEntry:
    """`badge_number` is what is printed under the name, `card` what was printed on the empty card."""

    badge_number: str
    card: str
    outcome: CardOutcome


class RecordCardsHandler:
    """Everything of one person is one commit: a spoiled card and its good successor come together or not at all."""

    def __init__(self, bulk: Bulk, bind: Bind, bind_books: BindBooks, views: DeskViews) -> None:
        self._bulk = bulk
        self._bind = bind
        self._bind_books = bind_books
        self._views = views

    async def __call__(
        self, principal: Principal, entries: Sequence[CardEntry], cause: Cause, key: CommandKey
    ) -> list[Row]:
        """A row for each person: `recorded`, or `refused` with its code.

        Raises RoleRequiredError, BadgeNumberError, BadgeNotFoundError, IdempotencyKeyReusedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        of_person = await self._by_person(entries)

        async def record(tx: Transaction, participant_id: str) -> str:
            for badge_id, entry in of_person[participant_id]:
                await self._record(tx, badge_id, entry)
            return "recorded"

        return await self._bulk(list(of_person), record, cause=cause, command=key)

    async def _by_person(self, entries: Sequence[CardEntry]) -> Mapping[str, list[tuple[str, CardEntry]]]:
        found: dict[str, list[tuple[str, CardEntry]]] = defaultdict(list)
        for entry in entries:
            badge = await self._views.by_serial(serial_of(entry.badge_number))
            if not isinstance(badge, Badge):
                raise BadgeNotFoundError
            found[badge.subject.participant_id].append((badge.badge_id, entry))
        return found

    async def _record(self, tx: Transaction, badge_id: str, entry: CardEntry) -> None:
        records, books = self._bind(tx), self._bind_books(tx)
        badge = await records.badge(badge_id)
        if badge is None:
            raise BadgeNotFoundError
        number = CardNumber.parse(entry.card)
        known = await books.card(str(number))
        if known is None:
            (await books.stock()).require(number)
            card = Card(str(number), badge_id, entry.outcome, tx.now)
        else:
            card = known.becomes(entry.outcome, badge_id, tx.now)
        changed, event = badge.on_card(card.number, entry.outcome, is_new=known is None)
        await books.save_card(card)
        await records.save_badges([changed])
        tx.emit(event)
