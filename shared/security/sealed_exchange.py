"""Files between two parties who have no wire: sealed for the one who opens them, signed by the one who made them.

HPKE (RFC 9180) in base mode with X25519, HKDF-SHA256 and AES-256-GCM, then Ed25519 (RFC 8032) over the sealed bytes:
a file that was bent is refused before anything of it is opened. `purpose` is bound into both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.errors import BawabaError
from shared.security.key_files import raw_public_key, read_secret, write_secret

MAGIC: Final = b"BWBX1\n"
SIGNATURE_BYTES: Final = 64
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class ExchangeRefusedError(BawabaError):
    """No such file, or from somebody else, or for somebody else, or altered: which, is not told."""


@dataclass(frozen=True)
class OwnKeys:
    """What one party keeps to itself."""

    signing: Ed25519PrivateKey
    opening: X25519PrivateKey

    @property
    def card(self) -> str:
        """What the other party needs, as 128 hexadecimal digits to be compared by telephone."""
        return (raw_public_key(self.signing.public_key()) + self.opening.public_key().public_bytes_raw()).hex()


@dataclass(frozen=True)
class TheirKeys:
    """What is known of the other party."""

    verifying: Ed25519PublicKey
    sealing: X25519PublicKey

    @classmethod
    def from_card(cls, card: str) -> TheirKeys:
        """Raises ValueError."""
        raw = bytes.fromhex(card.strip())
        if len(raw) != 64:
            raise ValueError("a card has 64 bytes")
        return cls(Ed25519PublicKey.from_public_bytes(raw[:32]), X25519PublicKey.from_public_bytes(raw[32:]))


def make_keys(path: Path) -> OwnKeys:
    """Draw a party's keys into a file that only its owner reads. Raises FileExistsError."""
    made = OwnKeys(Ed25519PrivateKey.generate(), X25519PrivateKey.generate())
    write_secret(path, (made.signing.private_bytes_raw() + made.opening.private_bytes_raw()).hex().encode())
    return made


def read_keys(path: Path) -> OwnKeys:
    """Raises KeyFileError, ValueError."""
    raw = bytes.fromhex(read_secret(path).decode().strip())
    if len(raw) != 64:
        raise ValueError("a key file has 64 bytes")
    return OwnKeys(Ed25519PrivateKey.from_private_bytes(raw[:32]), X25519PrivateKey.from_private_bytes(raw[32:]))


def seal_file(content: bytes, purpose: str, own: OwnKeys, theirs: TheirKeys) -> bytes:
    sealed = _SUITE.encrypt(content, theirs.sealing, MAGIC + purpose.encode())
    return MAGIC + own.signing.sign(_signed(purpose, sealed)) + sealed


def open_file(file: bytes, purpose: str, own: OwnKeys, theirs: TheirKeys) -> bytes:
    """Raises ExchangeRefusedError."""
    signature, sealed = file[len(MAGIC) :][:SIGNATURE_BYTES], file[len(MAGIC) + SIGNATURE_BYTES :]
    if not file.startswith(MAGIC):
        raise ExchangeRefusedError
    try:
        theirs.verifying.verify(signature, _signed(purpose, sealed))
        return _SUITE.decrypt(sealed, own.opening, MAGIC + purpose.encode())
    except (InvalidSignature, InvalidTag, ValueError):
        raise ExchangeRefusedError from None


def _signed(purpose: str, sealed: bytes) -> bytes:
    return MAGIC + purpose.encode() + b"\0" + sealed
