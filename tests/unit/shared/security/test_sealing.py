"""A sealed value opens for its own person and field alone."""

from __future__ import annotations

import pytest

from shared.security.sealing import SealBrokenError, seal, unseal
from shared.world import SYSTEM

KEY = bytes(32)
SEALED = seal(KEY, "p-1", "name_latin", b"Amina", SYSTEM)


def test_a_sealed_value_opens_again() -> None:
    assert unseal(KEY, "p-1", "name_latin", SEALED) == b"Amina"
    assert b"Amina" not in SEALED


def test_the_same_value_is_never_sealed_alike() -> None:
    assert seal(KEY, "p-1", "name_latin", b"Amina", SYSTEM) != SEALED


@pytest.mark.parametrize(
    ("key", "owner", "field", "sealed"),
    [
        (KEY, "p-2", "name_latin", SEALED),
        (KEY, "p-1", "name_arabic", SEALED),
        (bytes([1]) + bytes(31), "p-1", "name_latin", SEALED),
        (KEY, "p-1", "name_latin", SEALED[:-1]),
        (KEY, "p-1", "name_latin", SEALED[:-1] + bytes([SEALED[-1] ^ 1])),
        (KEY, "p-1", "name_latin", b"\x02" + SEALED[1:]),
        (KEY, "p-1", "name_latin", b""),
    ],
    ids=["another person", "another field", "another key", "cut", "last bit", "another version", "nothing"],
)
def test_it_opens_for_nothing_else(key: bytes, owner: str, field: str, sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        unseal(key, owner, field, sealed)
