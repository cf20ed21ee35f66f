"""Who calls an installation of a test over HTTP, with tokens that are issued here; and its services' settings."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx

from deploy.local.installation import Addresses, service_values
from shared.security.key_files import raw_public_key, read_private_key
from shared.security.principal import Principal, Role
from shared.security.tokens import Session, TokenIssuer
from shared.world import SYSTEM, World
from tests.conftest import Namespace


def values_of(
    namespace: Namespace, services: Sequence[str], url: str, *, instance: str = "test"
) -> dict[str, dict[str, object]]:
    """Each service's settings in this namespace, by field name."""
    return {
        name: service_values(
            name,
            namespace.services[name],
            folder=namespace.secrets,
            namespace=namespace.name,
            addresses=Addresses(url, url),
            instance=instance,
        )
        for name in services
    }


class Callers:
    """People of every role, and the focal point of every delegation; the secrets are there already."""

    def __init__(self, namespace: Namespace, url: str, http: httpx.AsyncClient, *, world: World = SYSTEM) -> None:
        self.http = http
        key = read_private_key(namespace.secrets / "identity" / "tokens.pem")
        self._issuer = TokenIssuer(url, "bawaba", key, raw_public_key(key.public_key()).hex()[:16], world, 3600)

    def token(self, who: Role | str, *, person: str = "") -> str:
        """A token for a role, or for the focal point of the named delegation."""
        name = person or str(who)
        if isinstance(who, Role):
            delegation = "egypt" if who is Role.FOCAL_POINT else None
            principal = Principal(name, f"person-{name}", frozenset({who}), delegation)
        else:
            principal = Principal(f"focal-{who}", f"person-{who}", frozenset({Role.FOCAL_POINT}), who)
        return self._issuer.issue(principal, Session("s", 1))

    async def call(
        self, who: Role | str | None, method: str, path: str, *, language: str = "en", person: str = "", **content: Any
    ) -> httpx.Response:
        """A call by somebody (None: nobody is signed in), with an Idempotency-Key of its own."""
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Accept-Language": language, **content.pop("headers", {})}
        if who is not None:
            headers["Authorization"] = f"Bearer {self.token(who, person=person)}"
        return await self.http.request(method, path, headers=headers, **content)

    async def until(self, condition: Callable[[], Awaitable[object]], *, seconds: float = 20) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not await condition():
            assert asyncio.get_running_loop().time() < deadline, "did not come"
            await asyncio.sleep(0.05)
