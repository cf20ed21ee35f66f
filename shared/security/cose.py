"""The little of COSE and CBOR that credentials and status lists share: deterministic encoding, read strictly."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

import cbor2

ALGORITHM: Final = 1
KEY_ID: Final = 4
TYPE: Final = 16
"""Header parameters (RFC 9052 section 3.1, RFC 9596 for the type)."""
ALGORITHM_ED25519: Final = -19
"""Ed25519 alone (RFC 9864); the polymorphic EdDSA, -8, is deprecated."""
SIGNATURE_BYTES: Final = 64


def canonical(value: object) -> bytes:
    """Core deterministic encoding (RFC 8949 section 4.2.1)."""
    return bytes(cbor2.dumps(value, canonical=True))


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of RFC 9052 section 4.4, without external data."""
    return canonical(["Signature1", protected, b"", payload])


def strict(data: bytes, *, depth_max: int = 4) -> Any:
    """One CBOR item in its deterministic encoding and nothing after it. Raises ValueError for anything else.

    Encoding what was read and comparing refuses duplicate keys, longer forms, indefinite lengths and trailing bytes
    alike.
    """
    stream = BytesIO(data)
    decoder = cbor2.CBORDecoder(stream, max_depth=depth_max, allow_indefinite=False, allow_duplicate_keys=False)
    try:
        value = decoder.decode()
        if canonical(value) != data:
            raise ValueError("not in deterministic form")
    except (cbor2.CBORError, OverflowError, MemoryError, RecursionError, TypeError, AttributeError) as error:
        raise ValueError("not CBOR") from error
    return value
