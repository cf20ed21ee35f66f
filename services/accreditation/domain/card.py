"""Numbered blank cards: each one that was received is in stock, printed, confirmed good, or spoiled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.accreditation.domain.desk_errors import (
    CardNotInStockError,
    CardStateError,
    CardUsedError,
    StockOverlapError,
)
from services.accreditation.domain.events import CardOutcome

NUMBER_DIGITS_MAX: Final = 8
CARDS_MAX: Final = 100_000
_NUMBER: Final = re.compile(r"([A-Z]{0,6})([0-9]{1,8})")
_AFTER: Final = {
    CardOutcome.PRINTED: (CardOutcome.CONFIRMED, CardOutcome.SPOILED),
    CardOutcome.CONFIRMED: (CardOutcome.SPOILED,),
    CardOutcome.SPOILED: (),
}


@dataclass(frozen=True)
class CardNumber:
    """As it stands on the card: letters, then digits with their leading zeros."""

    prefix: str
    digits: str

    @classmethod
    def parse(cls, typed: str) -> CardNumber:
        """Raises CardNotInStockError for what can be no card's number."""
        plain = "".join(str(int(char)) if char.isdecimal() else char for char in typed).strip().upper()
        found = _NUMBER.fullmatch(plain.replace(" ", "").replace("-", ""))
        if found is None:
            raise CardNotInStockError(typed[:20])
        return cls(found[1], found[2])

    @property
    def value(self) -> int:
        return int(self.digits)

    def onward(self, cards: int) -> Sequence[CardNumber]:
        """So many numbers from this one on, with as many digits. Raises CardNotInStockError when digits run out."""
        if self.value + cards > 10 ** len(self.digits):
            raise CardNotInStockError(str(self))
        wide = len(self.digits)
        return [CardNumber(self.prefix, f"{value:0{wide}}") for value in range(self.value, self.value + cards)]

    def __str__(self) -> str:
        return self.prefix + self.digits


@dataclass(frozen=True)
class Batch:
    """Cards received together: numbers from `first` to `last` with as many digits as the first has."""

    prefix: str
    first: int
    last: int
    digits: int
    received_at: datetime

    @classmethod
    def of(cls, first: CardNumber, last: CardNumber, at: datetime) -> Batch:
        """Raises CardNotInStockError for numbers that are no range of one kind of card, 100,000 cards at most."""
        fits = (first.prefix, len(first.digits)) == (last.prefix, len(last.digits))
        if not fits or not 0 <= last.value - first.value < CARDS_MAX:
            raise CardNotInStockError(str(last))
        return cls(first.prefix, first.value, last.value, len(first.digits), at)

    @property
    def cards(self) -> int:
        return self.last - self.first + 1

    def number(self, value: int) -> str:
        return f"{self.prefix}{value:0{self.digits}}"

    def holds(self, card: CardNumber) -> bool:
        same_kind = (self.prefix, self.digits) == (card.prefix, len(card.digits))
        return same_kind and self.first <= card.value <= self.last

    def overlaps(self, other: Batch) -> bool:
        same_kind = (self.prefix, self.digits) == (other.prefix, other.digits)
        return same_kind and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Stock:
    """Every batch that was received."""

    batches: tuple[Batch, ...] = ()
    version: int = 0

    def receive(self, batch: Batch) -> Stock:
        """Raises StockOverlapError: no card is received twice."""
        for known in self.batches:
            if known.overlaps(batch):
                raise StockOverlapError(known.number(known.first), known.number(known.last))
        return replace(self, batches=(*self.batches, batch))

    def require(self, card: CardNumber) -> None:
        """Raises CardNotInStockError."""
        if not any(batch.holds(card) for batch in self.batches):
            raise CardNotInStockError(str(card))


@dataclass(frozen=True)
class Card:
    """A card that left the stock; `badge_id` is what was printed on it."""

    number: str
    badge_id: str
    outcome: CardOutcome
    at: datetime
    version: int = 0

    def may_become(self, outcome: CardOutcome) -> bool:
        return outcome in _AFTER[self.outcome]

    def becomes(self, outcome: CardOutcome, badge_id: str, at: datetime) -> Card:
        """Raises CardUsedError when it carries another badge, CardStateError when it cannot become this any more."""
        if badge_id != self.badge_id:
            raise CardUsedError(self.number)
        if not self.may_become(outcome):
            raise CardStateError(self.number, self.outcome.value)
        return replace(self, outcome=outcome, at=at)


@dataclass(frozen=True)
class StockReport:
    """One batch and where its cards are; what is in stock is what was never told of."""

    batch: Batch
    printed: int
    confirmed: int
    spoiled: int

    @property
    def in_stock(self) -> int:
        return self.batch.cards - self.printed - self.confirmed - self.spoiled


def reports(stock: Stock, counts: Sequence[tuple[Batch, CardOutcome, int]]) -> tuple[StockReport, ...]:
    found = {(batch, outcome): number for batch, outcome, number in counts}
    return tuple(
        StockReport(
            batch,
            found.get((batch, CardOutcome.PRINTED), 0),
            found.get((batch, CardOutcome.CONFIRMED), 0),
            found.get((batch, CardOutcome.SPOILED), 0),
        )
        for batch in stock.batches
    )
