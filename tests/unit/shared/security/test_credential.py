"""A credential holds when it is ours, whole and signed; every way to be wrong has its own name."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from datetime import datetime
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
from tests.support.credential_cases import (
    CLAIMS,
    CREDENTIAL,
    HEADER,
    KEY,
    KEY_ID,
    KEYS,
    NOT_OURS,
    TEXT,
    VECTORS,
    message,
    refused_vectors,
    signed,
    text_of,
)

REFUSED = json.loads((Path(__file__).parents[3] / "vectors" / "credential-refused.json").read_text(encoding="utf-8"))


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


@pytest.mark.parametrize("text", NOT_OURS)
def test_something_else_is_not_a_credential(text: str) -> None:
    with pytest.raises(NotACredentialError):
        verify(text, KEYS, 2027)


def test_the_control_case_of_the_refused_vectors_holds() -> None:
    assert verify(signed(HEADER, CLAIMS), KEYS, 2027).badge_id == bytes(16)


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: str(vector["why"]))
def test_each_checked_in_way_to_be_wrong_is_refused_by_its_name(vector: dict[str, str]) -> None:
    with pytest.raises(CredentialError) as refused:
        verify(vector["text"], KEYS, 2027)
    assert refused.value.code == f"credential.{vector['refusal']}"


def test_the_checked_in_vectors_are_what_the_cases_build() -> None:
    assert refused_vectors() == REFUSED


@pytest.mark.parametrize("moment", VECTORS["moments"], ids=lambda moment: str(moment["gate"]))
def test_when_it_holds_is_a_fact_that_the_gate_judges(moment: dict[str, str]) -> None:
    found, at = verify(VECTORS["text"], KEYS, 2027), datetime.fromisoformat(moment["at"])
    gate = "not_yet_valid" if at < found.valid_from else "expired" if at >= found.valid_until else "holds"
    assert gate == moment["gate"]


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
