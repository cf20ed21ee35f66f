"""The printed number finds its misreadings; serials tell nothing and never come twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.accreditation.domain.badge_number import ALPHABET, BadgeNumberError, number_of, serial_of
from services.accreditation.domain.serial_permutation import BITS, number_at, serial_at

SERIALS = [0, 1, 31, 32, 987_654, 2**20 - 1, 123_456, 777_777]


@pytest.mark.parametrize("serial", SERIALS)
def test_a_number_is_read_back_as_people_type_it(serial: int) -> None:
    number = number_of(serial)
    for typed in (number, number.lower(), number.replace("-", " "), number.replace("0", "O").replace("1", "l")):
        assert serial_of(typed) == serial
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert serial_of(arabic) == serial


@pytest.mark.parametrize("serial", SERIALS)
def test_every_single_wrong_character_is_found(serial: int) -> None:
    plain = number_of(serial).replace("-", "")
    for place, right in enumerate(plain):
        for wrong in ALPHABET:
            if wrong != right:
                with pytest.raises(BadgeNumberError):
                    serial_of(plain[:place] + wrong + plain[place + 1 :])


@pytest.mark.parametrize("typed", ["", "1", "7K3Q", "7K3QWW", "7K3Q-U", "<script>"])
def test_anything_else_is_no_number(typed: str) -> None:
    with pytest.raises(BadgeNumberError):
        serial_of(typed)


def test_no_serial_comes_twice_and_all_are_in_range() -> None:
    key = bytes(range(16))
    drawn = {serial_at(number, key) for number in range(20_000)}
    assert len(drawn) == 20_000
    assert max(drawn) < 2**BITS


def test_without_the_key_the_order_cannot_be_seen() -> None:
    first, second = ([serial_at(n, bytes([k]) * 16) for n in range(50)] for k in (1, 2))
    assert first != second
    assert sorted(first) != first


def test_a_tokens_number_tells_nothing_of_how_many_there_are_and_never_comes_twice() -> None:
    key = bytes(range(16))
    drawn = [number_at(count, key, "weapon_permit", numbers=999_999) for count in range(1, 20_001)]
    assert len(set(drawn)) == len(drawn)
    assert 1 <= min(drawn) < max(drawn) <= 999_999
    # What the first ones are of a running number, half of these are not: above the middle.
    assert 9_000 < sum(number > 500_000 for number in drawn) < 11_000
    assert sum(abs(first - second) == 1 for first, second in pairwise(drawn)) < 5
    other = [number_at(count, key, "radio_permit", numbers=999_999) for count in range(1, 51)]
    assert drawn[:50] != other


def test_a_small_range_of_numbers_is_given_out_whole() -> None:
    assert {number_at(count, b"key", "pin", numbers=60) for count in range(1, 61)} == set(range(1, 61))
    with pytest.raises(ValueError, match="no numbers left"):
        number_at(61, b"key", "pin", numbers=60)
