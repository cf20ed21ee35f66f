"""Tokens: what identity signs everybody can verify, and nothing else passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.errors import InfrastructureError
from shared.security.principal import Principal, Role
from shared.security.service_identity import ServiceDirectory, ServiceIdentity, create_service_keys
from shared.security.tokens import JwksKeys, Session, TokenExpiredError, TokenInvalidError, TokenIssuer, TokenVerifier
from shared.world import SYSTEM, World

KEY = Ed25519PrivateKey.generate()
ISSUER = TokenIssuer("https://id.example", "bawaba", KEY, "k1", SYSTEM, lifetime_s=600)
PRINCIPAL = Principal("a-1", "person-1", frozenset({Role.FOCAL_POINT}), "egy")
SESSION = Session("s-1", 3)


def verifier(*, world: World = SYSTEM, audience: str = "bawaba") -> TokenVerifier:
    async def fetch() -> dict[str, Any]:
        return ISSUER.jwks()

    return TokenVerifier(issuer="https://id.example", audience=audience, keys=JwksKeys(fetch), world=world)


async def test_a_token_comes_back_as_its_principal_and_session() -> None:
    token = ISSUER.issue(PRINCIPAL, SESSION)
    assert await verifier().verify(token) == PRINCIPAL
    assert await verifier().session(token) == (PRINCIPAL, SESSION)


async def test_an_old_token_is_expired() -> None:
    later = World(now=lambda: SYSTEM.now() + timedelta(seconds=601))
    with pytest.raises(TokenExpiredError):
        await verifier(world=later).verify(ISSUER.issue(PRINCIPAL, SESSION))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        jwt.encode({"sub": "a"}, "secret" * 10, algorithm="HS256", headers={"kid": "k1", "typ": "at+jwt"}),
        jwt.encode({"sub": "a"}, None, algorithm="none", headers={"kid": "k1", "typ": "at+jwt"}),
        jwt.encode({"sub": "a"}, KEY, algorithm="EdDSA", headers={"kid": "k1", "typ": "at+jwt"}),
        jwt.encode({"sub": "a"}, KEY, algorithm="EdDSA", headers={"kid": "k1"}),
        TokenIssuer("https://id.example", "bawaba", KEY, "k2", SYSTEM, 600).issue(PRINCIPAL, SESSION),
        TokenIssuer("https://other.example", "bawaba", KEY, "k1", SYSTEM, 600).issue(PRINCIPAL, SESSION),
        TokenIssuer("https://id.example", "other", KEY, "k1", SYSTEM, 600).issue(PRINCIPAL, SESSION),
        TokenIssuer("https://id.example", "bawaba", Ed25519PrivateKey.generate(), "k1", SYSTEM, 600).issue(
            PRINCIPAL, SESSION
        ),
    ],
)
async def test_anything_else_is_invalid(token: str) -> None:
    with pytest.raises(TokenInvalidError):
        await verifier().verify(token)


async def test_nobody_becomes_a_service_by_a_token_for_people() -> None:
    forged = Principal("a-1", "p", frozenset({Role.SERVICE, Role.GUARD}))
    assert (await verifier().verify(ISSUER.issue(forged, SESSION))).roles == frozenset({Role.GUARD})


async def test_known_keys_serve_on_while_the_issuer_is_away() -> None:
    away = False

    async def fetch() -> dict[str, Any]:
        if away:
            raise InfrastructureError("identity is away")
        return ISSUER.jwks()

    keys = JwksKeys(fetch)
    assert await keys.key("k1") is not None
    away = True
    assert await keys.key("k1") is not None
    assert await keys.key("k9") is None


async def test_a_service_is_known_by_its_own_key_for_one_audience(tmp_path: Any) -> None:
    create_service_keys(tmp_path, ["accreditation", "registration"])
    identity = ServiceIdentity.open(tmp_path, "accreditation", SYSTEM)
    directory = ServiceDirectory.open(tmp_path, SYSTEM)
    token = identity.headers("registration")["Authorization"].removeprefix("Bearer ")
    assert directory.verify(token, "registration").account_id == "service:accreditation"
    with pytest.raises(TokenInvalidError):
        directory.verify(token, "entrance")
    with pytest.raises(TokenInvalidError):
        directory.verify(ISSUER.issue(PRINCIPAL, SESSION), "registration")
    impostor = ServiceIdentity("accreditation", Ed25519PrivateKey.generate(), SYSTEM)
    with pytest.raises(TokenInvalidError):
        directory.verify(impostor.headers("registration")["Authorization"][7:], "registration")
    late = ServiceDirectory.open(tmp_path, World(now=lambda: SYSTEM.now() + timedelta(seconds=61)))
    with pytest.raises(TokenExpiredError):
        late.verify(token, "registration")
