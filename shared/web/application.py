"""The web side of a service: an app that already refuses, authenticates and protects as every service does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from shared.errors import InfrastructureError
from shared.security.ended_sessions import EndedSessions
from shared.security.tokens import JwksKeys, TokenVerifier
from shared.service import Parts
from shared.settings import ServiceSettings
from shared.web.authentication import install_authentication
from shared.web.middleware import BodyLimit, SecurityHeaders
from shared.web.pages import Pages
from shared.web.problems import RESPONSES, install_problems
from shared.web.texts import Texts

AUDIENCE = "bawaba"
JWKS_PATH = "/identity/jwks.json"
ENDED_SESSIONS_PATH = "/identity/ended-sessions.json"


def create_app(
    settings: ServiceSettings,
    parts: Parts,
    *,
    service: str,
    texts: Texts,
    pages: Pages | None = None,
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """An app without routes. Its OpenAPI document is at /api/<service>/openapi.json."""
    path = service.replace("_", "-")
    app = FastAPI(
        title=f"Bawaba: {service}",
        version="1",
        openapi_url=f"/api/{path}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
    )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(BodyLimit, larger=larger_bodies or {}, texts=texts)
    install_problems(app, texts, pages.error_page if pages else None)
    install_authentication(app, token_verifier(settings, parts), sign_in_url=f"{settings.public_url}/identity/sign-in")
    return app


def token_verifier(settings: ServiceSettings, parts: Parts) -> TokenVerifier:
    """Verifies identity's tokens by its published keys, unless it says that the session is over."""
    client = parts.client("identity")

    async def fetch(path: str) -> dict[str, Any]:
        try:
            response = await client.get(path)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise InfrastructureError(f"identity: {type(error).__name__}") from error
        found: dict[str, Any] = response.json()
        return found

    async def ended() -> dict[str, int]:
        epochs: dict[str, int] = (await fetch(ENDED_SESSIONS_PATH))["epochs"]
        return epochs

    return TokenVerifier(
        issuer=settings.public_url,
        audience=AUDIENCE,
        keys=JwksKeys(lambda: fetch(JWKS_PATH)),
        world=parts.world,
        ended=EndedSessions(ended),
    )


def service_pages(settings: ServiceSettings, texts: Texts, package_file: str) -> Pages:
    """The pages in the `web/templates` folder beside a service's bootstrap."""
    return Pages(
        texts,
        Path(package_file).parent / "web" / "templates",
        public_url=settings.public_url,
        entrance_url=settings.entrance_public_url,
    )


def service_texts(package_file: str) -> Texts:
    """The shared texts and every `*.toml` of the service's `web` folder."""
    return Texts.load(*sorted((Path(package_file).parent / "web").glob("*.toml")))
