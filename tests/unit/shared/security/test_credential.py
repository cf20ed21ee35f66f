"""A credential holds when it is ours, whole and signed; every way to be wrong has its own name."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cwt import COSE, COSEHeaders, COSEKey
from hypothesis import given
from hypothesis import strategies as st

from shared.security import base45
from shared.security.credential import (
    PREFIX,
    Credential,
    CredentialError,
    ForgedCredentialError,
    KeyId,
    MalformedCredentialError,
    NotACredentialError,
    OtherConferenceError,
    UnknownKeyError,
    encode,
    verify,
)
from shared.security.key_files import raw_public_key

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "credential.json").read_text())
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["private_key"]))
KEY_ID = KeyId(conference=2027, number=1)
KEYS = {KEY_ID: KEY.public_key()}
CREDENTIAL = Credential(
    badge_id=bytes(range(16)),
    serial=987_654,
    category=3,
    zones=0b101101,
    days=0b111,
    profile_version=1,
    valid_from=datetime(2027, 2, 1, tzinfo=UTC),
    valid_until=datetime(2027, 8, 12, tzinfo=UTC),
)
TEXT = encode(CREDENTIAL, KEY_ID, KEY.sign)


def message(text: str) -> list[object]:
    return list(cbor2.loads(base45.decode(text.removeprefix(PREFIX))))


def text_of(data: bytes) -> str:
    return PREFIX + base45.encode(data)


def signed(protected: object, payload: object, unprotected: object = None) -> str:
    """A message of any shape under a signature that holds."""
    header = protected if isinstance(protected, bytes) else cbor2.dumps(protected, canonical=True)
    body = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
    signature = KEY.sign(cbor2.dumps(["Signature1", header, b"", body], canonical=True))
    return text_of(cbor2.dumps([header, unprotected or {}, body, signature], canonical=True))


HEADER = {1: -19, 4: KEY_ID.to_bytes()}
CLAIMS = {4: 1_818_000_000, 5: 1_801_440_000, 7: bytes(16), -70_001: [1, 1, 1, 1, 1]}


def test_a_credential_comes_back_as_it_was_signed() -> None:
    assert verify(TEXT, KEYS, 2027) == CREDENTIAL


def test_it_is_the_checked_in_vector() -> None:
    assert VECTORS["text"] == TEXT
    assert VECTORS["public_key"] == raw_public_key(KEY.public_key()).hex()


def test_it_stays_in_the_symbols_alphabet_and_within_its_budget() -> None:
    assert set(TEXT) <= set(base45.ALPHABET)
    largest = replace(
        CREDENTIAL, serial=2**32 - 1, category=255, zones=2**32 - 1, days=2**31 - 1, profile_version=65535
    )
    assert len(encode(largest, KEY_ID, KEY.sign)) <= 259, "version 11 at level Q holds 259 characters"


def test_the_cwt_package_reads_what_we_sign() -> None:
    cose = COSE.new(verify_kid=True)
    key = COSEKey.new({1: 1, 2: KEY_ID.to_bytes(), 3: -19, -1: 6, -2: raw_public_key(KEY.public_key())})
    payload = cose.decode(cbor2.CBORTag(18, message(TEXT)), key)
    claims = cbor2.loads(payload)
    assert claims[7] == CREDENTIAL.badge_id
    assert claims[-70_001] == [987_654, 3, 0b101101, 0b111, 1]
    assert claims[4] == int(CREDENTIAL.valid_until.timestamp())


def test_we_read_what_the_cwt_package_signs() -> None:
    key = COSEKey.new(
        {
            1: 1,
            2: KEY_ID.to_bytes(),
            3: -19,
            -1: 6,
            -2: raw_public_key(KEY.public_key()),
            -4: bytes.fromhex(VECTORS["private_key"]),
        }
    )
    protected = {COSEHeaders.ALG: -19, COSEHeaders.KID: KEY_ID.to_bytes()}
    made = COSE.new().encode_and_sign(cbor2.dumps(CLAIMS, canonical=True), key, protected=protected)
    untagged = cbor2.dumps(cbor2.loads(made).value, canonical=True)
    assert verify(text_of(untagged), KEYS, 2027).serial == 1


def test_a_flipped_bit_anywhere_never_verifies() -> None:
    data = base45.decode(TEXT.removeprefix(PREFIX))
    for index in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[index // 8] ^= 1 << (index % 8)
        with pytest.raises(CredentialError):
            verify(text_of(bytes(flipped)), KEYS, 2027)


def test_a_truncated_text_is_malformed() -> None:
    for length in range(len(PREFIX), len(TEXT)):
        with pytest.raises(MalformedCredentialError):
            verify(TEXT[:length], KEYS, 2027)


def test_a_forged_signature_is_called_forged() -> None:
    forged = encode(CREDENTIAL, KEY_ID, Ed25519PrivateKey.generate().sign)
    with pytest.raises(ForgedCredentialError):
        verify(forged, KEYS, 2027)


def test_another_conferences_badge_is_called_that() -> None:
    with pytest.raises(OtherConferenceError):
        verify(encode(CREDENTIAL, KeyId(2026, 1), KEY.sign), KEYS, 2027)


def test_an_unknown_key_of_this_conference_is_called_that() -> None:
    with pytest.raises(UnknownKeyError):
        verify(encode(CREDENTIAL, KeyId(2027, 9), KEY.sign), KEYS, 2027)


@pytest.mark.parametrize("text", ["", "https://example.org", "HC1:6BF", TEXT.lower(), " " + TEXT, "M1SMITH/ANNA"])
def test_something_else_is_not_a_credential(text: str) -> None:
    with pytest.raises(NotACredentialError):
        verify(text, KEYS, 2027)


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("control case of the next ones", None),
        ("algorithm EdDSA -8", signed({**HEADER, 1: -8}, CLAIMS)),
        ("algorithm none", signed({**HEADER, 1: 0}, CLAIMS)),
        ("no algorithm", signed({4: KEY_ID.to_bytes()}, CLAIMS)),
        ("an extra protected header", signed({**HEADER, 3: "text/plain"}, CLAIMS)),
        ("a critical header", signed({**HEADER, 2: [3]}, CLAIMS)),
        ("the key id unprotected", signed({1: -19}, CLAIMS, {4: KEY_ID.to_bytes()})),
        ("anything unprotected", signed(HEADER, CLAIMS, {99: 1})),
        ("a key id of four bytes", signed({1: -19, 4: b"\x07\xeb\x00\x01"}, CLAIMS)),
        ("a key id of text", signed({1: -19, 4: "abc"}, CLAIMS)),
        ("tagged", text_of(cbor2.dumps(cbor2.CBORTag(18, message(TEXT))))),
        ("trailing data", text_of(base45.decode(TEXT.removeprefix(PREFIX)) + b"\x00")),
        ("payload with trailing data", signed(HEADER, cbor2.dumps(CLAIMS, canonical=True) + b"\x00")),
        ("a duplicate key", signed(HEADER, b"\xa5" + cbor2.dumps(CLAIMS, canonical=True)[1:] + b"\x04\x00")),
        ("claims out of order", signed(HEADER, cbor2.dumps(dict(reversed(CLAIMS.items()))))),
        ("an indefinite map", signed(HEADER, b"\xbf\x04\x00\xff")),
        (
            "a longer integer form",
            signed(HEADER, cbor2.dumps(CLAIMS, canonical=True).replace(b"\x05\x1a", b"\x18\x05\x1a")),
        ),
        ("a claim missing", signed(HEADER, {k: v for k, v in CLAIMS.items() if k != 7})),
        ("an extra claim", signed(HEADER, {**CLAIMS, 1: "issuer"})),
        ("a negative serial", signed(HEADER, {**CLAIMS, -70_001: [-1, 1, 1, 1, 1]})),
        ("a huge serial", signed(HEADER, {**CLAIMS, -70_001: [2**64, 1, 1, 1, 1]})),
        ("a serial that is a truth value", signed(HEADER, {**CLAIMS, -70_001: [True, 1, 1, 1, 1]})),
        ("six numbers", signed(HEADER, {**CLAIMS, -70_001: [1, 1, 1, 1, 1, 1]})),
        ("a short badge id", signed(HEADER, {**CLAIMS, 7: bytes(15)})),
        ("a time as a float", signed(HEADER, {**CLAIMS, 4: 1.5})),
        ("a time past all calendars", signed(HEADER, {**CLAIMS, 4: 2**40})),
        ("an array for claims", signed(HEADER, [1, 2, 3])),
        ("a huge announced length", text_of(b"\x84\x5b\xff\xff\xff\xff\xff\xff\xff\xff")),
        ("deep nesting", text_of(b"\x81" * 120)),
        ("a shared reference", text_of(b"\xd8\x1c\x81\xd8\x1d\x00")),
        ("too long", TEXT + "0" * 400),
        ("characters of no alphabet", PREFIX + "é" * 30),
        ("a base45 group past its range", PREFIX + ":::"),
    ],
)
def test_whatever_is_built_otherwise_is_malformed_even_well_signed(why: str, text: str | None) -> None:
    if text is None:
        assert verify(signed(HEADER, CLAIMS), KEYS, 2027).badge_id == bytes(16)
        return
    with pytest.raises(MalformedCredentialError):
        verify(text, KEYS, 2027)


@given(st.text(alphabet=string.printable, max_size=300), st.integers(0, len(TEXT)))
def test_no_text_brings_anything_but_its_own_errors(text: str, at: int) -> None:
    for candidate in (text, PREFIX + text, TEXT[:at] + text):
        if candidate == TEXT:
            continue
        with pytest.raises(CredentialError):
            verify(candidate, KEYS, 2027)


@given(st.binary(max_size=200))
def test_base45_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


def test_base45_agrees_with_the_standards_examples() -> None:
    assert base45.encode(b"AB") == "BB8"
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.encode(b"base-45") == "UJCLQE7W581"
    assert base45.decode("QED8WEX0") == b"ietf!"
