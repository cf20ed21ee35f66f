"""A fuzzer of the two decoders that read what strangers show: the credential's and the status list's.

`make fuzz` tries a million inputs, `python -m tests.fuzz.decoder COUNT SEED` any other number; the tests try a few
thousand. Inputs are bent from what is good: bits, bytes, cuts, splices, other CBOR forms, and whole messages built anew
with one part of another kind, under a signature that holds, as if the key's holder had a bug. What is accepted must be
such a message in its one deterministic form.
"""

from __future__ import annotations

import random
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.security import base45
from shared.security.credential import PREFIX, Credential, CredentialError, KeyId, encode, verify
from shared.security.status_list import (
    Status,
    StatusBits,
    StatusList,
    StatusListError,
    encode_status_list,
    verify_status_list,
)

SEED: Final = 20261124
MILLION: Final = 1_000_000
KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
KEY_ID: Final = KeyId(2027, 1)
KEYS: Final = {KEY_ID: KEY.public_key()}
NOW: Final = datetime(2027, 2, 10, 9, tzinfo=UTC)
CREDENTIAL: Final = Credential(bytes(range(16)), 987_654, 3, 0b101101, 0b111, 1, NOW, NOW + timedelta(days=180))
TEXT: Final = encode(CREDENTIAL, KEY_ID, KEY.sign)
OTHER: Final = encode(replace(CREDENTIAL, serial=5, badge_id=bytes(16)), KEY_ID, KEY.sign)
FORGED: Final = encode(CREDENTIAL, KEY_ID, STRANGER.sign)
ATOMS: Final[list[Any]] = [
    0,
    -1,
    2**63,
    2**64,
    -(2**63),
    True,
    None,
    1.5,
    float("nan"),
    "",
    "x" * 50,
    b"",
    b"\xff" * 64,
    [],
    {},
]


def _token() -> bytes:
    bits = StatusBits(4_096)
    bits.update((serial, Status(serial % 4)) for serial in range(0, 4_096, 7))
    found = StatusList("small", 7, NOW, NOW + timedelta(hours=24), timedelta(seconds=30), bits.raw())
    return encode_status_list(found, KEY_ID, KEY.sign)


TOKEN: Final = _token()


@dataclass
class Counts:
    """What became of the inputs: refusals by name, and what must stay empty."""

    refused: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    slowest_us: float = 0.0

    @property
    def tried(self) -> int:
        return self.refused.total() + len(self.accepted) + len(self.crashed)


def run(count: int, seed: int = SEED) -> Counts:
    """Try `count` inputs, nine of ten on the credential's decoder. The same seed tries the same."""
    draw = random.Random(seed)
    counts = Counts()
    for number in range(count):
        if number % 10:
            _try(counts, _credential(draw), lambda text: verify(text, KEYS, 2027), {TEXT, OTHER})
        else:
            _try(counts, _status_list(draw), lambda token: verify_status_list(token, KEYS, 2027, now=NOW), {TOKEN})
    return counts


def _try(counts: Counts, given: Any, read: Callable[[Any], object], good: set[Any]) -> None:
    if given in good:
        counts.refused["(left as it was)"] += 1
        return
    began = time.perf_counter()
    try:
        read(given)
    except CredentialError as error:
        counts.refused[error.code] += 1
    except StatusListError as error:
        counts.refused[f"status_list.{error.reason}"] += 1
    except Exception as error:
        counts.crashed.append(f"{type(error).__name__}: {given!r}"[:400])
    else:
        if _is_the_key_holders(given):
            counts.refused["(signed so by the key's holder)"] += 1
        else:
            counts.accepted.append(repr(given)[:400])
    counts.slowest_us = max(counts.slowest_us, (time.perf_counter() - began) * 1e6)


def _is_the_key_holders(given: str | bytes) -> bool:
    """Whether the holder of the key could have made this: its own oracle, which shares no line with the decoders."""
    data = base45.decode(given.removeprefix(PREFIX)) if isinstance(given, str) else given
    message = cbor2.loads(data)
    header, _, body, signature = message.value if isinstance(message, cbor2.CBORTag) else message
    try:
        KEY.public_key().verify(signature, cbor2.dumps(["Signature1", header, b"", body], canonical=True))
    except InvalidSignature:
        return False
    return all(cbor2.dumps(cbor2.loads(part), canonical=True) == part for part in (data, header, body))


def _credential(draw: random.Random) -> str:
    kind = draw.randrange(8)
    if kind == 0:
        return PREFIX + "".join(draw.choices(base45.ALPHABET, k=draw.randrange(420)))
    if kind == 1:
        return _bent_text(draw, draw.choice([TEXT, OTHER, FORGED]))
    data = base45.decode(TEXT.removeprefix(PREFIX))
    if kind < 5:
        return PREFIX + base45.encode(_bent(draw, data))
    return PREFIX + base45.encode(_rebuilt(draw, list(cbor2.loads(data)), tag=None))


def _status_list(draw: random.Random) -> bytes:
    if draw.randrange(2):
        return _bent(draw, TOKEN)
    parts = list(cbor2.loads(TOKEN).value)
    if draw.randrange(3) == 0:
        claims = cbor2.loads(parts[2])
        claims[65533] = {"bits": 2, "lst": _bent(draw, zlib.compress(draw.randbytes(64)))}
        parts[2] = cbor2.dumps(claims, canonical=True)
    return _rebuilt(draw, parts, tag=18)


def _bent_text(draw: random.Random, text: str) -> str:
    place = draw.randrange(len(text))
    characters = list(text)
    match draw.randrange(4):
        case 0:
            characters[place] = chr(draw.choice([draw.randrange(32, 127), draw.randrange(0x600, 0x6FF), 0]))
        case 1:
            del characters[place : place + draw.randrange(1, 40)]
        case 2:
            characters.insert(place, draw.choice(base45.ALPHABET))
        case _:
            other = draw.choice([TEXT, OTHER, FORGED])
            characters[place:] = other[place + draw.randrange(-3, 4) :]
    return "".join(characters)


def _bent(draw: random.Random, data: bytes) -> bytes:
    bent = bytearray(data)
    for _ in range(draw.choice([1, 1, 1, 2, 4, 16])):
        place = draw.randrange(len(bent)) if bent else 0
        match draw.randrange(6):
            case 0 if bent:
                bent[place] ^= 1 << draw.randrange(8)
            case 1 if bent:
                bent[place] = draw.choice([0, 1, 0x1F, 0x5B, 0x7F, 0x9B, 0xBF, 0xC1, 0xD8, 0xFB, 0xFF])
            case 2:
                del bent[place : place + draw.randrange(1, 20)]
            case 3:
                bent[place:place] = draw.randbytes(draw.randrange(1, 12))
            case 4:
                bent[place:place] = bent[place : place + draw.randrange(1, 30)]
            case _:
                bent += draw.randbytes(draw.randrange(1, 9))
    return bytes(bent)


def _rebuilt(draw: random.Random, parts: list[Any], tag: int | None) -> bytes:
    """A message with one part of another kind. The signature holds unless a stranger would have to make it."""
    header, claims = cbor2.loads(parts[0]), cbor2.loads(parts[2])
    chosen = draw.randrange(7)
    if chosen == 0:
        header[draw.choice([1, 2, 3, 4, 5, 16, -1])] = draw.choice(ATOMS)
    elif chosen == 1:
        del header[draw.choice(list(header))]
    elif chosen == 2:
        claims[draw.choice(list(claims))] = draw.choice(ATOMS)
    elif chosen == 3:
        del claims[draw.choice(list(claims))]
    elif chosen == 4:
        claims[draw.choice([1, 3, 8, "x", b"y", -5])] = draw.choice(ATOMS)
    elif chosen == 5:
        parts[1] = {draw.choice([1, 4, 99]): draw.choice(ATOMS[:8])}
    first, body = _dumped(draw, header), _dumped(draw, claims)
    signer = STRANGER if chosen == 6 else KEY
    signature = signer.sign(cbor2.dumps(["Signature1", first, b"", body], canonical=True))
    message: Any = [first, parts[1], body, signature]
    return bytes(cbor2.dumps(cbor2.CBORTag(tag, message) if tag else message, canonical=True))


def _dumped(draw: random.Random, value: Any) -> bytes:
    """Deterministic mostly; sometimes with a trailing byte, and sometimes in the order in which it was written."""
    data = bytes(cbor2.dumps(value, canonical=draw.randrange(8) > 0))
    return data + b"\x00" if draw.randrange(40) == 0 else data


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else MILLION
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    began = time.perf_counter()
    counts = run(count, seed)
    print(f"seed {seed}: {counts.tried:,} inputs in {time.perf_counter() - began:.0f} s")
    for name, number in counts.refused.most_common():
        print(f"  {name:34} {number:>10,}")
    print(f"  accepted {len(counts.accepted)}, crashed {len(counts.crashed)}, slowest {counts.slowest_us:.0f} µs")
    for found in [*counts.accepted, *counts.crashed][:20]:
        print(f"  ! {found}")
    return 1 if counts.accepted or counts.crashed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
