"""Access tokens: signed JWTs (RFC 7519, EdDSA by RFC 8037) that any OpenID Connect provider could issue in our place.

Every service verifies them by the provider's published keys (JWKS, RFC 7517) and never asks identity about a request.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.errors import InfrastructureError, NotSignedInError
from shared.security.ended_sessions import EndedSessions
from shared.security.key_files import raw_public_key
from shared.security.principal import Principal, Role
from shared.world import World

ALGORITHM: Final = "EdDSA"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105  RFC 9068's media type, no secret
REFETCH_EVERY_S: Final = 10.0
_REQUIRED: Final = ["exp", "iat", "iss", "aud", "sub", "sid", "person", "roles"]

_log = structlog.get_logger(__name__)


@dataclass(eq=False)
class TokenExpiredError(NotSignedInError):
    code: ClassVar[str] = "token.expired"


@dataclass(eq=False)
class TokenInvalidError(NotSignedInError):
    code: ClassVar[str] = "token.invalid"


@dataclass(frozen=True)
class Session:
    """A signed-in session: its id, and the account's epoch when it began; a raised epoch ends every older session."""

    session_id: str
    epoch: int


@dataclass(frozen=True)
class TokenIssuer:
    """Identity's side. `lifetime_s` is short: a lost account dies with its next refresh."""

    issuer: str
    audience: str
    key: Ed25519PrivateKey
    key_id: str
    world: World
    lifetime_s: int

    def issue(self, principal: Principal, session: Session) -> str:
        now = self.world.now()
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": principal.account_id,
            "sid": session.session_id,
            "epoch": session.epoch,
            "person": principal.person_id,
            "roles": sorted(principal.roles),
            "delegation": principal.delegation_id,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=self.lifetime_s)).timestamp()),
        }
        headers = {"kid": self.key_id, "typ": TOKEN_TYPE}
        return jwt.encode(claims, self.key, algorithm=ALGORITHM, headers=headers)

    def jwks(self) -> dict[str, Any]:
        """The public key set; the `x` of an OKP key is base64url without padding (RFC 8037 section 2)."""
        x = base64.urlsafe_b64encode(raw_public_key(self.key.public_key())).rstrip(b"=").decode()
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": self.key_id, "x": x}]}


class JwksKeys:
    """The issuer's public keys, fetched when a key id is not known, at most every 10 s.

    When the issuer is away the keys at hand go on serving: a gate works while identity restarts.
    """

    def __init__(self, fetch: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._fetch = fetch
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._fetched_at = -REFETCH_EVERY_S

    async def key(self, key_id: str) -> Ed25519PublicKey | None:
        """The key, or None when the issuer does not name it.

        Raises InfrastructureError when it cannot be asked at all.
        """
        if key_id not in self._keys and time.monotonic() - self._fetched_at >= REFETCH_EVERY_S:
            try:
                self._keys = _public_keys(await self._fetch())
                self._fetched_at = time.monotonic()
            except InfrastructureError:
                if not self._keys:
                    raise
                _log.warning("jwks_not_reached")
        return self._keys.get(key_id)


class TokenVerifier:
    """Everybody's side: a token to a principal. `ended` is left out where another party issues the tokens."""

    def __init__(
        self, *, issuer: str, audience: str, keys: JwksKeys, world: World, ended: EndedSessions | None = None
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._world = world
        self._ended = ended

    async def verify(self, token: str) -> Principal:
        """Raises TokenExpiredError or TokenInvalidError; InfrastructureError when no key was ever fetched."""
        principal, _ = await self.session(token)
        return principal

    async def session(self, token: str) -> tuple[Principal, Session]:
        """The principal with its session, for identity to renew. Raises as `verify` does."""
        claims = await self._claims(token)
        try:
            session = Session(str(claims["sid"]), int(claims.get("epoch", 0)))
            expires = datetime.fromtimestamp(int(claims["exp"]), UTC)
            roles = frozenset(Role(role) for role in claims["roles"])
            principal = Principal(
                account_id=str(claims["sub"]),
                person_id=str(claims["person"]),
                roles=roles - {Role.SERVICE},
                delegation_id=claims.get("delegation"),
            )
        except (ValueError, TypeError):
            raise TokenInvalidError from None
        if expires <= self._world.now():
            raise TokenExpiredError
        if self._ended is not None and await self._ended.is_over(principal.account_id, session.epoch):
            raise TokenInvalidError
        return principal, session

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TOKEN_TYPE or header.get("alg") != ALGORITHM:
                raise TokenInvalidError
            key = await self._keys.key(str(header.get("kid")))
            if key is None:
                raise TokenInvalidError
            # Expiry is judged by the world's clock, which a test may set; the library only checks the form.
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            raise TokenInvalidError from None


def _public_keys(jwks: dict[str, Any]) -> dict[str, Ed25519PublicKey]:
    keys: dict[str, Ed25519PublicKey] = {}
    for item in jwks.get("keys", []):
        if item.get("kty") == "OKP" and item.get("crv") == "Ed25519" and "kid" in item:
            key = jwt.PyJWK(item, algorithm=ALGORITHM).key
            if isinstance(key, Ed25519PublicKey):
                keys[item["kid"]] = key
    return keys
