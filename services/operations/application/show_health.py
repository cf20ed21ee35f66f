"""How everything is: every service asked in the caller's own name, and when each gate was heard of last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx

from services.operations.application.keep_story import GATES
from services.operations.application.watch_stream import WATCHERS
from shared.security.principal import Principal
from shared.storage import Database
from shared.web.health import health_path
from shared.world import World

PATIENCE_S: Final = 3.0
GATES_MAX: Final = 500


@dataclass(frozen=True)
class GateFreshness:
    gate: str
    last_scan: datetime
    scans: int


@dataclass(frozen=True)
class Health:
    """`services` has each service's report; one that did not answer has None. `seen_at` is this moment."""

    services: Mapping[str, dict[str, Any] | None]
    gates: list[GateFreshness]
    seen_at: datetime


class ShowHealth:
    def __init__(self, database: Database, services: Mapping[str, httpx.AsyncClient], world: World) -> None:
        self._gates = database.collection(GATES)
        self._services = services
        self._world = world

    async def __call__(self, principal: Principal, token: str) -> Health:
        """Each service decides by itself whether the caller may see it. Raises RoleRequiredError."""
        principal.require(*WATCHERS)
        answers = await asyncio.gather(*(self._ask(name, token) for name in self._services))
        gates = await self._gates.find({}, sort=[("_id", 1)], limit=GATES_MAX)
        return Health(
            dict(zip(self._services, answers, strict=True)),
            [GateFreshness(item["_id"], item["last_scan"], item["scans"]) for item in gates],
            self._world.now(),
        )

    async def _ask(self, name: str, token: str) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            answer = await self._services[name].get(health_path(name), headers=headers, timeout=PATIENCE_S)
            report: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        return report if answer.status_code == 200 else None
