"""What the life of badges needs from outside: cards, receipts, blanks, and what the desk looks up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.card import Batch, Card, Stock, StockReport
from services.accreditation.domain.ports import Page
from services.accreditation.domain.receipt import Receipt
from services.accreditation.domain.signing_key import SigningKeyLife

BLANKS_SHOWN_MAX: Final = 1_000


class BadgeBooks(Protocol):
    """Bound to one transaction. Every save writes the next version and raises BusyError when another was faster."""

    async def stock(self) -> Stock: ...

    async def save_stock(self, stock: Stock) -> None: ...

    async def card(self, number: str) -> Card | None: ...

    async def save_card(self, card: Card) -> None: ...

    async def receipt(self, receipt_id: str) -> Receipt | None: ...

    async def save_receipt(self, receipt: Receipt) -> None: ...

    async def blank(self, badge_id: str) -> Blank | None: ...

    async def save_blanks(self, blanks: Sequence[Blank]) -> None: ...


class DeskViews(Protocol):
    """Reads outside any transaction."""

    async def by_serial(self, serial: int) -> Badge | Blank | None:
        """The badge or the blank that has this serial; a blank that was bound is its holder's badge."""
        ...

    async def by_badge_id(self, badge_id: str) -> Badge | Blank | None: ...

    async def to_issue(self, delegation: str) -> Sequence[Badge]:
        """The delegation's prepared badges, by number, 500 at most."""
        ...

    async def receipt(self, receipt_id: str) -> Receipt | None: ...

    async def receipts(self, *, delegation: str | None, page: int) -> Page[Receipt]:
        """The newest first."""
        ...

    async def blanks(self, *, category: str | None, state: BlankState | None) -> Sequence[Blank]:
        """By number, 1,000 at most."""
        ...

    async def signing_keys(self) -> Sequence[SigningKeyLife]: ...

    async def live_badges_by_key(self) -> Mapping[str, int]: ...

    async def signed_by_revoked_keys(self, *, limit: int) -> Sequence[Badge]:
        """Live badges of keys that are trusted no more."""
        ...

    async def blanks_by_revoked_keys(self, *, limit: int) -> Sequence[Blank]: ...

    async def cards_between(self, of_range: Batch) -> Sequence[Card]:
        """The cards of these numbers that were told of, by number, 500 at most."""
        ...

    async def stock_reports(self) -> Sequence[StockReport]: ...
