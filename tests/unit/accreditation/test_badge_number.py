"""The printed number finds its misreadings; serials tell nothing and never come twice."""

from __future__ import annotations

import pytest

from services.accreditation.domain.badge_number import ALPHABET, BadgeNumberError, number_of, serial_of
from services.accreditation.domain.serial_permutation import BITS, serial_at

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
