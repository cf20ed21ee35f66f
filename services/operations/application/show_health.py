"""How everything is: every service asked in the caller's own name, and when each gate was heard of last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.operations.application.ask_services import AskServices, OnBehalf
from services.operations.application.keep_story import GATES
from services.operations.application.watch_stream import WATCHERS
from shared.security.principal import Principal
from shared.storage import Database
from shared.world import World

HEALTH: Final = "/health"
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
    def __init__(self, database: Database, ask: AskServices, world: World) -> None:
        self._gates = database.collection(GATES)
        self._ask = ask
        self._world = world

    async def __call__(self, principal: Principal, token: str) -> Health:
        """Each service decides by itself whether the caller may see it. Raises RoleRequiredError."""
        principal.require(*WATCHERS)
        answers = await self._ask.everyone(HEALTH, OnBehalf(token))
        gates = await self._gates.find({}, sort=[("_id", 1)], limit=GATES_MAX)
        return Health(
            answers,
            [GateFreshness(item["_id"], item["last_scan"], item["scans"]) for item in gates],
            self._world.now(),
        )
