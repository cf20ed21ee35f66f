from __future__ import annotations

import pytest

from services.registration.domain.notice import ADDRESSES_MAX, AddressInvalidError, checked_addresses

MANY = [f"post{number}@example.org" for number in range(ADDRESSES_MAX)]


def test_addresses_are_kept_once_each_without_blanks() -> None:
    assert checked_addresses([" a@example.org", "", "a@example.org ", "b@example.org"]) == (
        "a@example.org",
        "b@example.org",
    )
    assert checked_addresses([""]) == ()


@pytest.mark.parametrize(
    ("addresses", "line"),
    [(["nobody"], 1), (["a@example.org", "", "a b@example.org"], 3), ([*MANY, MANY[0], "one.more@example.org"], 7)],
)
def test_the_first_line_that_is_no_address_or_one_too_many_is_named(addresses: list[str], line: int) -> None:
    with pytest.raises(AddressInvalidError) as refused:
        checked_addresses(addresses)
    assert refused.value.data == {"line": line, "maximum": ADDRESSES_MAX, "field": "addresses"}
