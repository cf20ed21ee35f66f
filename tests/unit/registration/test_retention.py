"""Until when data is kept: whole days after the last one, by the calendar of the place."""

from __future__ import annotations

from datetime import date, timedelta

from services.registration.domain.retention import Term, terms

LAST = date(2027, 2, 12)


def test_the_last_day_of_keeping_is_kept_whole() -> None:
    term = Term("photo", 14, LAST)
    assert term.kept_until == date(2027, 2, 26)
    assert not term.is_over(term.kept_until)
    assert term.is_over(term.kept_until + timedelta(days=1))


def test_nothing_goes_before_the_conference_is_over() -> None:
    assert not Term("photo", 0, LAST).is_over(LAST)


def test_terms_come_in_the_order_of_their_dates() -> None:
    found = terms([(("texts", "files"), 90), (("photo",), 14)], LAST)
    assert [term.kind for term in found] == ["photo", "files", "texts"]
