"""Sealing of personal data: one key a person, one sealed value a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import BawabaError
from shared.world import World

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


class SealBrokenError(BawabaError):
    """The value was altered, or belongs to another person or field, or the key is another."""


def seal(key: bytes, owner: str, field: str, plaintext: bytes, world: World) -> bytes:
    """AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce: version, nonce, ciphertext and tag.

    `owner` and `field` are authenticated: a sealed value moved to another person or field does not open.
    """
    return _sealed(AESGCM(key), owner, field, plaintext, world)


def seal_fields(key: bytes, owner: str, values: Mapping[str, str], world: World) -> dict[str, bytes]:
    """Each value sealed as its field, by `seal`; the key is made ready once."""
    cipher = AESGCM(key)
    return {field: _sealed(cipher, owner, field, value.encode(), world) for field, value in values.items()}


def unseal(key: bytes, owner: str, field: str, sealed: bytes) -> bytes:
    """Raises SealBrokenError."""
    if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES + 16:
        raise SealBrokenError
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _associated(owner, field))
    except InvalidTag:
        raise SealBrokenError from None


def _sealed(cipher: AESGCM, owner: str, field: str, plaintext: bytes, world: World) -> bytes:
    nonce = world.random_bytes(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, plaintext, _associated(owner, field))


def _associated(owner: str, field: str) -> bytes:
    return b"\0".join((_VERSION, owner.encode(), field.encode()))
