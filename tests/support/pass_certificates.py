"""An authority as Apple's is one: it issues a certificate of a pass type, and openssl verifies what that signs."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.security.key_files import write_secret


@dataclass(frozen=True)
class Authority:
    root: x509.Certificate
    intermediate: x509.Certificate
    certificate: x509.Certificate
    key: RSAPrivateKey

    @classmethod
    def made(cls, at: datetime) -> Self:
        root_key, middle_key, key = (generate_private_key(65537, 2048) for _ in range(3))
        root_name, middle_name = _name("Test root"), _name("Test relations")
        holder = x509.Name(
            [
                x509.NameAttribute(NameOID.USER_ID, "pass.org.example.badge"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "TEAM000001"),
                x509.NameAttribute(NameOID.COMMON_NAME, "Pass Type ID: pass.org.example.badge"),
            ]
        )
        root = _certificate(root_name, root_name, root_key.public_key(), root_key, at, is_authority=True)
        middle = _certificate(middle_name, root_name, middle_key.public_key(), root_key, at, is_authority=True)
        return cls(root, middle, _certificate(holder, middle_name, key.public_key(), middle_key, at), key)

    def write(self, folder: Path) -> None:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_secret(folder / "apple-certificate.pem", self.certificate.public_bytes(Encoding.PEM))
        write_secret(folder / "apple-key.pem", key)
        write_secret(folder / "apple-intermediate.pem", self.intermediate.public_bytes(Encoding.PEM))

    def verifies(self, folder: Path, manifest: bytes, signature: bytes) -> bool:
        """What openssl says of a detached signature, its chain included."""
        files = {"root.pem": self.root.public_bytes(Encoding.PEM), "manifest.json": manifest, "signature": signature}
        for name, content in files.items():
            (folder / name).write_bytes(content)
        at = int((self.certificate.not_valid_before_utc + timedelta(days=31)).timestamp())
        command = [
            *("openssl", "smime", "-verify", "-inform", "DER", "-binary", "-purpose", "any"),
            *("-in", "signature", "-content", "manifest.json", "-CAfile", "root.pem", "-attime", str(at)),
        ]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def google_account(folder: Path) -> RSAPublicKey:
    """Writes a service account's key, and answers its public half."""
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"client_email": "badges@example.iam.gserviceaccount.com", "private_key": private}
    write_secret(folder / "google-account.json", json.dumps(account).encode())
    return key.public_key()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: RSAPublicKey,
    signer: RSAPrivateKey,
    at: datetime,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=30))
        .not_valid_after(at + timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(signer, SHA256())
    )
