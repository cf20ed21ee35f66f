"""How a service is, for operators: `GET /api/<service>/v1/health`, the same for every service."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter

from shared.messaging.kernel import Kernel
from shared.security.principal import Role
from shared.web.requests import Caller, roles

WATCHERS: Final = (Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR)


def health_path(service: str) -> str:
    return f"/api/{service.replace('_', '-')}/v1/health"


def health_route(kernel: Kernel) -> APIRouter:
    router = APIRouter()

    @router.get(health_path(kernel.service), openapi_extra=roles(*WATCHERS), tags=["health"])
    async def health(principal: Caller) -> dict[str, Any]:
        """Problems, outages waited out, outbox, lag, blocked keys. Codes, counts and references, nothing personal."""
        principal.require(*WATCHERS)
        return asdict(await kernel.report())

    return router
