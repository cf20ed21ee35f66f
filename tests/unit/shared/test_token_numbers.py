"""The number on a token: read as it is typed, and never taken for a badge's."""

from __future__ import annotations

import pytest

from services.accreditation.domain.badge_number import number_of
from services.accreditation.domain.token import TokenKind
from shared.token_numbers import LETTERS, read_token_number, token_number


def test_every_kind_of_token_has_a_letter_of_its_own() -> None:
    assert set(LETTERS) == {kind.value for kind in TokenKind}
    assert len(set(LETTERS.values())) == len(LETTERS)


@pytest.mark.parametrize("kind", LETTERS)
def test_a_printed_number_is_read_back(kind: str) -> None:
    assert read_token_number(token_number(kind, 12)) == (kind, 12)


@pytest.mark.parametrize(("typed", "read"), [("w-12", ("weapon_permit", 12)), (" F-٠٠٧ ", ("floater", 7))])
def test_it_is_read_however_it_is_typed(typed: str, read: tuple[str, int]) -> None:
    assert read_token_number(typed) == read


@pytest.mark.parametrize("typed", ["", "W12", "X-1", "W-", "W-0", "W--1", "W-1234567", "BWB1:ABC", "W-1\n2"])
def test_anything_else_is_no_number(typed: str) -> None:
    assert read_token_number(typed) is None


def test_no_badges_number_is_a_tokens() -> None:
    assert not any(read_token_number(number_of(serial)) for serial in range(0, 32**4, 97))
