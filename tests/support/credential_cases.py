"""A credential and every way to be wrong, with a test key that is in the open on purpose.

`python -m tests.support.credential_cases` writes `tests/vectors/credential-refused.json` anew; other readers of
credentials, in whatever language, are tested by the same file.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.security import base45
from shared.security.credential import PREFIX, Credential, KeyId, encode

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "credential.json").read_text())
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

MALFORMED: Final[list[tuple[str, str]]] = [
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
]

NOT_OURS: Final = ["", "https://example.org", "HC1:6BF", TEXT.lower(), " " + TEXT, "M1SMITH/ANNA"]


def refused_vectors() -> list[dict[str, str]]:
    """Every case with the name of its refusal; the same ones each time, for Ed25519 draws nothing by lot."""
    data = base45.decode(TEXT.removeprefix(PREFIX))
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
    found = [("malformed", why, text) for why, text in MALFORMED]
    found += [("not_ours", f"something else: {text[:20]!r}", text) for text in NOT_OURS]
    found += [("malformed", f"cut after {length} characters", TEXT[:length]) for length in range(5, len(TEXT), 16)]
    found += [
        ("forged", "signed by a stranger", encode(CREDENTIAL, KEY_ID, stranger.sign)),
        ("unknown_key", "a key that is not known", encode(CREDENTIAL, KeyId(2027, 9), KEY.sign)),
        ("other_conference", "another conference's", encode(CREDENTIAL, KeyId(2026, 1), KEY.sign)),
    ]
    key_id, payload = data.index(KEY_ID.to_bytes()), data.index(bytes(cbor2.loads(data)[2]))
    flips = [(0, "malformed"), (key_id, "other_conference"), (key_id + 2, "unknown_key")]
    flips += [(place, "forged") for place in range(payload, len(data) - 66, 7)]
    flips += [(place, "forged") for place in range(len(data) - 64, len(data), 9)]
    for place, refusal in flips:
        bent = bytearray(data)
        bent[place] ^= 1
        found.append((refusal, f"bit 0 of byte {place} flipped", text_of(bytes(bent))))
    return [{"why": why, "refusal": refusal, "text": text} for refusal, why, text in found]


if __name__ == "__main__":
    path = Path(__file__).parents[1] / "vectors" / "credential-refused.json"
    path.write_text(json.dumps(refused_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
