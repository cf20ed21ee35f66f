"""Ed25519 private keys in files: PKCS #8 PEM, readable by their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared.errors import BawabaError


class KeyFileError(BawabaError):
    """A key file is missing, readable by others, or no Ed25519 key. Names the file, never its content."""


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, durable when this returns. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_secret(path: Path) -> bytes:
    """The content of a file that only its owner can read. Raises KeyFileError."""
    try:
        mode = path.stat().st_mode
        if stat.S_IMODE(mode) & 0o077:
            raise KeyFileError(f"{path} can be read by others: chmod 600 it")
        return path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None


def create_private_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and write it. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    write_secret(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Raises KeyFileError."""
    try:
        key = load_pem_private_key(read_secret(path), password=None)
    except ValueError:
        raise KeyFileError(f"{path} holds no key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} holds a key of another kind than Ed25519")
    return key


def raw_public_key(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of RFC 8032."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
