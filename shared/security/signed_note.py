"""Signed notes: a text with an Ed25519 signature under it, as transparency logs exchange them.

The format is C2SP's signed-note: the text ends with a newline, an empty line follows, then a line
`— <name> <base64(key hash + signature)>`. Key hash: the first four bytes of SHA-256 over name, newline, 0x01, key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.errors import BawabaError
from shared.security.key_files import raw_public_key

_ED25519: Final = b"\x01"
_MARK: Final = "— "


class NoteBrokenError(BawabaError):
    """A note that is none, or that this key did not sign; or a verifier that is none."""


@dataclass(frozen=True)
class NoteVerifier:
    """Who signed, and the public key: written `<name>+<key hash>+<base64>`, which is safe to print anywhere."""

    name: str
    key: Ed25519PublicKey

    @classmethod
    def parse(cls, text: str) -> NoteVerifier:
        """Raises NoteBrokenError."""
        try:
            name, digest, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            verifier = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        except (ValueError, binascii.Error):
            raise NoteBrokenError("no verifier: expected <name>+<key hash>+<key>") from None
        if raw[:1] != _ED25519 or digest != verifier._key_hash.hex():
            raise NoteBrokenError("the verifier's key hash is not its key's")
        return verifier

    def __str__(self) -> str:
        encoded = base64.b64encode(_ED25519 + raw_public_key(self.key)).decode()
        return f"{self.name}+{self._key_hash.hex()}+{encoded}"

    def open(self, note: str) -> str:
        """The text of a note that this key signed. Raises NoteBrokenError."""
        text, found, signature = note.rpartition(f"\n\n{_MARK}")
        name, _, encoded = signature.rstrip("\n").partition(" ")
        if not found or name != self.name:
            raise NoteBrokenError("no note of this signer")
        try:
            raw = base64.b64decode(encoded, validate=True)
            if raw[:4] != self._key_hash:
                raise NoteBrokenError("signed by another key")
            self.key.verify(raw[4:], f"{text}\n".encode())
        except (binascii.Error, InvalidSignature):
            raise NoteBrokenError("the signature does not hold") from None
        return f"{text}\n"

    @property
    def _key_hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + raw_public_key(self.key)).digest()[:4]


@dataclass(frozen=True)
class NoteSigner:
    """Signs notes under a name."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> NoteVerifier:
        return NoteVerifier(self.name, self.key.public_key())

    def sign(self, text: str) -> str:
        """The note; `text` ends with a newline and has no empty line."""
        if not text.endswith("\n") or "\n\n" in text:
            raise ValueError("a note's text ends with one newline")
        signature = base64.b64encode(self.verifier._key_hash + self.key.sign(text.encode())).decode()
        return f"{text}\n{_MARK}{self.name} {signature}\n"
