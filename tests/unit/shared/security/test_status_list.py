"""The status list: two bits a serial, suspended until told otherwise, read strictly."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.security.credential import KeyId
from shared.security.status_list import (
    MEDIA_TYPE,
    SERIALS_MAX,
    Status,
    StatusBits,
    StatusList,
    StatusListError,
    encode_status_list,
    verify_status_list,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = KeyId(2027, 1)
KEYS = {KEY_ID: KEY.public_key()}
NOW = datetime(2027, 2, 10, 9, tzinfo=UTC)


def listed(*statuses: tuple[int, Status], version: int = 7) -> StatusList:
    bits = StatusBits()
    bits.update(statuses)
    return StatusList("small", version, NOW, NOW + timedelta(hours=24), timedelta(seconds=30), bits.raw())


TOKEN = encode_status_list(listed((5, Status.VALID), (6, Status.INVALID)), KEY_ID, KEY.sign)


def read(token: bytes, *, now: datetime = NOW, known: int = 0, conference: int = 2027) -> StatusList:
    return verify_status_list(token, KEYS, conference, now=now, known_version=known)


def reason(token: bytes, **more: Any) -> str:
    with pytest.raises(StatusListError) as refused:
        read(token, **more)
    return refused.value.reason


def changed(**claims: object) -> bytes:
    """A list with other claims under a signature that holds; a claim of None is left out."""
    protected, _, payload, _ = cbor2.loads(TOKEN).value
    found = {**cbor2.loads(payload), **{int(name): value for name, value in claims.items()}}
    body = cbor2.dumps({name: value for name, value in found.items() if value is not None}, canonical=True)
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, b"", body], canonical=True))
    return bytes(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, body, signature]), canonical=True))


def test_a_list_comes_back_as_it_was_signed() -> None:
    found = read(TOKEN)
    assert (found.version, found.issued_at, found.ttl) == (7, NOW, timedelta(seconds=30))
    assert [found.status(serial) for serial in (4, 5, 6, 7)] == [
        Status.SUSPENDED,
        Status.VALID,
        Status.INVALID,
        Status.SUSPENDED,
    ]


def test_a_serial_that_nobody_was_given_is_suspended_wherever_it_is() -> None:
    found = read(TOKEN)
    assert {found.status(serial) for serial in (0, SERIALS_MAX - 1, SERIALS_MAX, 2**40)} == {Status.SUSPENDED}


@given(st.dictionaries(st.integers(0, SERIALS_MAX - 1), st.sampled_from(Status), max_size=50))
def test_every_serial_has_the_status_that_it_was_given_last(statuses: dict[int, Status]) -> None:
    found = listed(*[(serial, Status.INVALID) for serial in statuses], *statuses.items())
    assert {serial: found.status(serial) for serial in statuses} == statuses


def test_the_drafts_bit_order_is_least_significant_first() -> None:
    bits = StatusBits(8)
    bits.update([(0, Status.INVALID), (1, Status.SUSPENDED), (2, Status.VALID), (3, Status.FACE_CHECK)])
    assert bits.raw()[0] == 0b11_00_10_01


def test_every_flipped_bit_is_refused() -> None:
    for place in range(len(TOKEN) * 8):
        broken = bytearray(TOKEN)
        broken[place // 8] ^= 1 << place % 8
        reason(bytes(broken))


def test_every_cut_is_refused() -> None:
    assert {reason(TOKEN[:length]) for length in range(len(TOKEN))} == {"malformed"}


def test_each_way_to_be_wrong_has_its_reason() -> None:
    other = Ed25519PrivateKey.generate()
    assert reason(encode_status_list(listed(), KEY_ID, other.sign)) == "forged"
    assert reason(encode_status_list(listed(), KeyId(2027, 9), KEY.sign)) == "unknown_key"
    assert reason(TOKEN, conference=2028) == "other_conference"
    assert reason(TOKEN, now=NOW + timedelta(hours=24)) == "expired"
    assert reason(TOKEN, known=8) == "older"
    assert read(TOKEN, known=7).version == 7


@pytest.mark.parametrize(
    "claims",
    [
        {"65533": None},
        {"65533": {"bits": 1, "lst": b""}},
        {"65533": {"bits": 2, "lst": b"no zlib"}},
        {"65533": {"bits": 2, "lst": zlib.compress(bytes(SERIALS_MAX))}},
        {"65533": {"bits": 2, "lst": zlib.compress(b"\xaa") + b"more"}},
        {"65533": {"bits": 2, "lst": zlib.compress(b"\xaa" * 100)[:-1]}},
        {"65534": "30"},
        {"4": 2**40},
        {"6": -1},
        {"2": 5},
        {"-70002": True},
        {"99": 1},
    ],
)
def test_signed_nonsense_is_malformed(claims: dict[str, Any]) -> None:
    assert reason(changed(**claims)) == "malformed"


def test_an_untagged_message_and_a_credentials_header_are_refused() -> None:
    protected, unprotected, payload, signature = cbor2.loads(TOKEN).value
    assert reason(cbor2.dumps([protected, unprotected, payload, signature], canonical=True)) == "malformed"
    header = cbor2.dumps({1: -19, 4: KEY_ID.to_bytes()}, canonical=True)
    signed = KEY.sign(cbor2.dumps(["Signature1", header, b"", payload], canonical=True))
    assert reason(cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, signed]), canonical=True)) == "malformed"
    assert cbor2.loads(protected)[16] == MEDIA_TYPE


def test_it_is_small() -> None:
    """5,000 badges, 1 % revoked, among 2^20 serials: telling so many places apart takes 5.7 kB at least."""
    bits = StatusBits()
    step = SERIALS_MAX // 5_000
    for number in range(5_000):
        serial = number * step + number * 7_919 % step
        bits.set(serial, Status.INVALID if number % 100 == 0 else Status.VALID)
    token = encode_status_list(replace(listed(), bits=bits.raw()), KEY_ID, KEY.sign)
    assert len(token) < 16_000
