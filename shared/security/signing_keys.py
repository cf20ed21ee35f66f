"""The keys that sign credentials: a folder with one file a key, named by its key id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.security.credential import KeyId
from shared.security.key_files import KeyFileError, create_private_key, read_private_key

_SUFFIX = ".pem"


@dataclass(frozen=True)
class SigningKeyRing:
    """This conference's keys. The one with the highest number signs; the others still verify what they signed."""

    conference: int
    keys: Mapping[KeyId, Ed25519PrivateKey]

    @classmethod
    def open(cls, folder: Path, conference: int) -> SigningKeyRing:
        """Read this conference's keys. Raises KeyFileError when there is none."""
        keys: dict[KeyId, Ed25519PrivateKey] = {}
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            key_id = KeyId.parse(path.stem)
            if key_id.conference == conference:
                keys[key_id] = read_private_key(path)
        if not keys:
            raise KeyFileError(f"{folder} holds no signing key of conference {conference}")
        return cls(conference, keys)

    @property
    def key_id(self) -> KeyId:
        return max(self.keys, key=lambda key_id: key_id.number)

    def sign(self, message: bytes) -> bytes:
        return self.keys[self.key_id].sign(message)

    def public_keys(self) -> dict[KeyId, Ed25519PublicKey]:
        return {key_id: key.public_key() for key_id, key in self.keys.items()}


def create_signing_key(folder: Path, conference: int) -> KeyId:
    """Make the conference's next key; it signs from the next start on."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    numbers = [KeyId.parse(path.stem).number for path in folder.glob(f"{conference:04x}*{_SUFFIX}")]
    key_id = KeyId(conference, max(numbers, default=0) + 1)
    create_private_key(folder / f"{key_id}{_SUFFIX}")
    return key_id
