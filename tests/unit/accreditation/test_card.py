"""Numbered cards: received once, printed once, spoiled for ever."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.accreditation.domain.card import Batch, Card, CardNumber, Stock, reports
from services.accreditation.domain.desk_errors import (
    CardNotInStockError,
    CardStateError,
    CardUsedError,
    StockOverlapError,
)
from services.accreditation.domain.events import CardOutcome

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)


def batch(first: str, last: str) -> Batch:
    return Batch.of(CardNumber.parse(first), CardNumber.parse(last), NOW)


@pytest.mark.parametrize(("typed", "number"), [("a 001", "A001"), ("AB-0042", "AB0042"), ("٠٠٤٢", "0042")])
def test_a_card_number_is_read_as_people_type_it(typed: str, number: str) -> None:
    assert str(CardNumber.parse(typed)) == number


@pytest.mark.parametrize("typed", ["", "A", "1A", "A123456789", "ABCDEFG1", "A1;DROP", "é1"])
def test_what_can_be_no_card_is_refused(typed: str) -> None:
    with pytest.raises(CardNotInStockError):
        CardNumber.parse(typed)


@pytest.mark.parametrize(("first", "last"), [("A001", "B002"), ("A010", "A009"), ("A01", "A002"), ("1", "99999999")])
def test_a_batch_is_a_range_of_one_kind(first: str, last: str) -> None:
    with pytest.raises(CardNotInStockError):
        batch(first, last)


def test_no_card_is_received_twice() -> None:
    stock = Stock().receive(batch("A001", "A100")).receive(batch("A101", "A200")).receive(batch("B001", "B100"))
    with pytest.raises(StockOverlapError) as refused:
        stock.receive(batch("A100", "A100"))
    assert refused.value.data == {"first": "A001", "last": "A100"}


def test_only_a_received_card_is_in_stock() -> None:
    stock = Stock().receive(batch("A001", "A100"))
    stock.require(CardNumber.parse("A100"))
    for other in ("A101", "A1", "B001"):
        with pytest.raises(CardNotInStockError):
            stock.require(CardNumber.parse(other))


def test_a_card_carries_one_badge_and_what_is_spoiled_stays_spoiled() -> None:
    printed = Card("A001", "b-1", CardOutcome.PRINTED, NOW)
    with pytest.raises(CardUsedError):
        printed.becomes(CardOutcome.CONFIRMED, "b-2", NOW)
    spoiled = printed.becomes(CardOutcome.CONFIRMED, "b-1", NOW).becomes(CardOutcome.SPOILED, "b-1", NOW)
    with pytest.raises(CardStateError):
        spoiled.becomes(CardOutcome.CONFIRMED, "b-1", NOW)


def test_a_report_accounts_for_every_card() -> None:
    of_a = batch("A001", "A100")
    counts = [(of_a, CardOutcome.PRINTED, 3), (of_a, CardOutcome.SPOILED, 2)]
    (report,) = reports(Stock((of_a,)), counts)
    assert (report.in_stock, report.printed, report.confirmed, report.spoiled) == (95, 3, 0, 2)
