"""Badge serials that tell nothing: the n-th badge gets a serial that looks drawn by lot, and none comes twice.

A keyed Feistel network over 20 bits (four rounds of HMAC-SHA-256): a permutation, so the counter needs no table of what
was given out; without the key the number of badges cannot be read off a badge.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

BITS: Final = 20
_HALF: Final = BITS // 2
_MASK: Final = (1 << _HALF) - 1
_ROUNDS: Final = 4


def serial_at(number: int, key: bytes) -> int:
    """The serial of the badge that is the `number`-th (from 0). Raises ValueError past 2^20 badges."""
    if not 0 <= number < 1 << BITS:
        raise ValueError("no serials left")
    left, right = number >> _HALF, number & _MASK
    for round_number in range(_ROUNDS):
        left, right = right, left ^ _mixed(right, round_number, key)
    return left << _HALF | right


def number_at(count: int, key: bytes, kind: str, *, numbers: int) -> int:
    """The `count`-th (from 1) of a kind's numbers, within 1 to `numbers`, at most 2^20: drawn as the serials are.

    A serial outside the range is permuted on until it lies inside, which keeps each number from coming twice
    (cycle walking: Black and Rogaway, 2002). Raises ValueError past the last.
    """
    if not 1 <= count <= numbers <= 1 << BITS:
        raise ValueError("no numbers left")
    own_key = hmac.new(key, kind.encode(), hashlib.sha256).digest()
    found = serial_at(count - 1, own_key)
    while found >= numbers:
        found = serial_at(found, own_key)
    return found + 1


def _mixed(half: int, round_number: int, key: bytes) -> int:
    digest = hmac.new(key, bytes([round_number]) + half.to_bytes(2, "big"), hashlib.sha256).digest()
    return int.from_bytes(digest[:2], "big") & _MASK
