"""Who a service is to another: a JWT of a minute, signed with the service's own key for one audience."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.security.key_files import KeyFileError, create_private_key, raw_public_key, read_private_key
from shared.security.principal import Principal, Role
from shared.security.tokens import ALGORITHM, TokenExpiredError, TokenInvalidError
from shared.world import World

LIFETIME: Final = timedelta(seconds=60)
DIRECTORY_FILE: Final = "services.json"
_TYPE: Final = "service+jwt"


@dataclass(frozen=True)
class ServiceIdentity:
    """One service's own side."""

    name: str
    key: Ed25519PrivateKey
    world: World

    @classmethod
    def open(cls, folder: Path, name: str, world: World) -> ServiceIdentity:
        """Raises KeyFileError."""
        return cls(name, read_private_key(folder / f"{name}.pem"), world)

    def headers(self, audience: str) -> dict[str, str]:
        """The header of a call to another service."""
        now = self.world.now()
        claims = {
            "iss": self.name,
            "aud": audience,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        token = jwt.encode(claims, self.key, algorithm=ALGORITHM, headers={"typ": _TYPE})
        return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class ServiceDirectory:
    """The other side: the public keys of every service."""

    keys: Mapping[str, Ed25519PublicKey]
    world: World

    @classmethod
    def open(cls, folder: Path, world: World) -> ServiceDirectory:
        """Raises KeyFileError."""
        try:
            known = json.loads((folder / DIRECTORY_FILE).read_text())
            keys = {name: Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for name, key in known.items()}
        except (OSError, ValueError) as error:
            raise KeyFileError(f"{folder / DIRECTORY_FILE} cannot be read: {type(error).__name__}") from None
        return cls(keys, world)

    def verify(self, token: str, audience: str) -> Principal:
        """The calling service. Raises TokenInvalidError or TokenExpiredError."""
        try:
            if jwt.get_unverified_header(token).get("typ") != _TYPE:
                raise TokenInvalidError
            name = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            key = self.keys.get(name)
            if key is None:
                raise TokenInvalidError
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=name,
                options={"require": ["exp", "iat", "iss", "aud"], "verify_exp": False, "verify_iat": False},
            )
            expires = datetime.fromtimestamp(int(claims["exp"]), UTC)
        except (jwt.PyJWTError, ValueError, TypeError):
            raise TokenInvalidError from None
        if expires <= self.world.now():
            raise TokenExpiredError
        return Principal(f"service:{name}", f"service:{name}", frozenset({Role.SERVICE}))


def create_service_keys(folder: Path, names: Iterable[str]) -> None:
    """Make the keys that are missing and write the directory of public keys anew."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    public: dict[str, str] = {}
    for name in names:
        path = folder / f"{name}.pem"
        key = read_private_key(path) if path.exists() else create_private_key(path)
        public[name] = raw_public_key(key.public_key()).hex()
    (folder / DIRECTORY_FILE).write_text(json.dumps(public, indent=1, sort_keys=True) + "\n")
