"""The keys that sign passes of telephones' wallets: files of the secrets folder, given by an administrator.

`apple-certificate.pem`, `apple-key.pem` and `apple-intermediate.pem` are a pass type's certificate, its private key and
Apple's intermediate (WWDR); `google-account.json` is a service account's key as Google gives it. Each wallet may be
absent whole, never in part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import jwt
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from services.accreditation.domain.badge_errors import WalletCertificateExpiredError
from shared.security.key_files import KeyFileError, read_secret

APPLE_FILES: Final = ("apple-certificate.pem", "apple-key.pem", "apple-intermediate.pem")
GOOGLE_FILE: Final = "google-account.json"


@dataclass(frozen=True)
class AppleKeys:
    """`pass_type` and `team` are what the certificate says; a pass that says something else is refused."""

    pass_type: str
    team: str
    certificate: x509.Certificate
    key: RSAPrivateKey
    intermediate: x509.Certificate

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """None when no file is there. Raises KeyFileError when one is missing, or they do not belong together."""
        paths = [folder / name for name in APPLE_FILES]
        if not any(path.exists() for path in paths):
            return None
        certificate, key, intermediate = (read_secret(path) for path in paths)
        try:
            found = x509.load_pem_x509_certificate(certificate)
            issuer = x509.load_pem_x509_certificate(intermediate)
            private = load_pem_private_key(key, password=None)
        except ValueError:
            raise KeyFileError(f"{folder} holds a pass certificate, key or intermediate that is no PEM") from None
        if not isinstance(private, RSAPrivateKey) or private.public_key() != found.public_key():
            raise KeyFileError(f"{paths[1]} is not the key of {paths[0]}")
        try:
            found.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            raise KeyFileError(f"{paths[2]} did not issue {paths[0]}") from None
        pass_type = _of_subject(found, NameOID.USER_ID, paths[0])
        return cls(pass_type, _of_subject(found, NameOID.ORGANIZATIONAL_UNIT_NAME, paths[0]), found, private, issuer)

    def sign(self, manifest: bytes, at: datetime) -> bytes:
        """A detached PKCS #7 signature (RFC 2315) in DER. Raises WalletCertificateExpiredError."""
        if not self.certificate.not_valid_before_utc <= at < self.certificate.not_valid_after_utc:
            raise WalletCertificateExpiredError(self.certificate.not_valid_after_utc.date().isoformat())
        builder = PKCS7SignatureBuilder().set_data(manifest).add_signer(self.certificate, self.key, SHA256())
        options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
        return builder.add_certificate(self.intermediate).sign(Encoding.DER, options)


@dataclass(frozen=True)
class GoogleKeys:
    """`issuer` is the number of the issuer's account at Google Wallet, `account` the service account's address."""

    issuer: str
    account: str
    key: RSAPrivateKey

    @classmethod
    def open(cls, folder: Path, issuer: str) -> Self | None:
        """None when there is no file. Raises KeyFileError when it is no service account's, or no issuer is set."""
        path = folder / GOOGLE_FILE
        if not path.exists():
            return None
        if not issuer:
            raise KeyFileError(f"{path} is there and BAWABA_ACCREDITATION_WALLET_GOOGLE_ISSUER is not set")
        try:
            found = json.loads(read_secret(path))
            account, key = str(found["client_email"]), load_pem_private_key(found["private_key"].encode(), None)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyFileError(f"{path} is no service account's key") from None
        if not isinstance(key, RSAPrivateKey):
            raise KeyFileError(f"{path} holds a key of another kind than RSA")
        return cls(issuer, account, key)

    def sign(self, payload: dict[str, Any], at: datetime) -> str:
        """A JWT that saves what it carries (Google Wallet API, "JWT"), signed with RS256."""
        claims = {
            "iss": self.account,
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(at.timestamp()),
            "origins": [],
            "payload": payload,
        }
        return jwt.encode(claims, self.key, algorithm="RS256", json_encoder=_AsWritten)


class _AsWritten(json.JSONEncoder):
    """Arabic as itself: six characters for each letter would make a link too long."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


def _of_subject(certificate: x509.Certificate, name: x509.ObjectIdentifier, path: Path) -> str:
    values = certificate.subject.get_attributes_for_oid(name)
    if not values:
        raise KeyFileError(f"{path} is no certificate of a pass type")
    return str(values[0].value)
