"""One installation's own secrets and the environment of its services: made once, found again, never a default."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.kafka.access import SERVICES
from deploy.local.provision import ServiceAccess, database_names
from shared.contracts.conference import Conference
from shared.security.key_files import create_private_key, write_secret
from shared.security.sealed_exchange import make_keys
from shared.security.service_identity import DIRECTORY_FILE, create_service_keys
from shared.security.signing_keys import create_signing_key


@dataclass(frozen=True)
class Addresses:
    """Where people reach the pages and the gate, and services each other where that is another address."""

    main: str
    entrance: str
    services: Mapping[str, str] = field(default_factory=dict)

    def of(self, service: str) -> str:
        return self.services.get(service) or (self.entrance if service == "entrance" else self.main)


def make_secrets(folder: Path, conference: Conference) -> None:
    """Make the key files that are missing; each service gets a folder with its own and no other's."""
    keys = folder / "service-keys"
    create_service_keys(keys, SERVICES)
    for service in SERVICES:
        own = folder / service
        (own / "services").mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (f"{service}.pem", DIRECTORY_FILE):
            target = own / "services" / name
            target.unlink(missing_ok=True)
            write_secret(target, (keys / name).read_bytes())
    if not (folder / "identity" / "tokens.pem").exists():
        create_private_key(folder / "identity" / "tokens.pem")
    tree_heads = folder / "operations" / "audit" / "tree-heads.pem"
    if not tree_heads.exists():
        tree_heads.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        create_private_key(tree_heads)
    certificates = folder / "registration" / "certificates.pem"
    if not certificates.exists():
        create_private_key(certificates)
    _make_hex(folder / "registration" / "vault-hmac", 32)
    _make_hex(folder / "accreditation" / "serial-key", 16)
    _make_hex(folder / "accreditation" / "watchlist-key", 32)
    screening = folder / "accreditation" / "screening"
    if not (screening / "own-keys").exists():
        screening.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_keys(screening / "own-keys")
    credentials = folder / "accreditation" / "signing"
    if not list(credentials.glob(f"{conference.number:04x}*.pem")):
        create_signing_key(credentials, conference.number)


def service_values(
    service: str,
    access: ServiceAccess,
    *,
    folder: Path,
    namespace: str,
    addresses: Addresses,
    instance: str,
) -> dict[str, object]:
    """A service's settings by field name."""
    values: dict[str, object] = {
        "mongo_url": access.mongo_url,
        "database": access.database,
        "kafka_bootstrap": access.kafka_bootstrap,
        "kafka_username": access.kafka_username,
        "kafka_password": access.kafka_password,
        "topic_prefix": access.topic_prefix,
        "instance": instance,
        "secrets_folder": str(folder / service),
        "public_url": addresses.main,
        "entrance_public_url": addresses.entrance,
        "internal_urls": {name: addresses.of(name) for name in SERVICES},
    }
    if service == "registration":
        values["vault_database"] = database_names(namespace, service)[1]
    return values


def environment(values: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Settings of several services as environment variables."""

    found: dict[str, str] = {}
    for service, fields in values.items():
        for name, value in fields.items():
            text = json.dumps(value) if isinstance(value, dict) else str(value)
            found[f"BAWABA_{service.upper()}_{name.upper()}"] = text
    return found


def _make_hex(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        write_secret(path, secrets.token_hex(size).encode())
