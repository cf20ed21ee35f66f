"""What a guard's page shows: the gates, the last scans of a gate, and how many are inside each zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.entrance.domain.ports import GateView, Names, Reference, ScanEntry, ScanLog
from shared.security.principal import Principal, Role
from shared.world import World

RECENT_MAX: Final = 50


class ListGates:
    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    async def __call__(self, principal: Principal) -> list[GateView]:
        principal.require(Role.GUARD, Role.SUPERVISOR, Role.OPERATOR)
        return await self._reference.gates()


class NameThings:
    """What delegations and categories are called, for whoever may see scans at all."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    async def __call__(self, principal: Principal, language: str) -> Names:
        principal.require(Role.GUARD, Role.SUPERVISOR)
        return await self._reference.names(language)


class ListRecentScans:
    def __init__(self, log: ScanLog, reference: Reference) -> None:
        self._log = log
        self._reference = reference

    async def __call__(self, principal: Principal, gate: str) -> list[ScanEntry]:
        """The last scans at this gate, newest first. Raises UnknownGateError."""
        principal.require(Role.GUARD, Role.SUPERVISOR)
        await self._reference.gate(gate)
        return await self._log.recent(gate, limit=RECENT_MAX)


class CountOccupancy:
    """Who is inside each zone now: participants whose last passage today led into it."""

    def __init__(self, log: ScanLog, reference: Reference, world: World) -> None:
        self._log = log
        self._reference = reference
        self._world = world

    async def __call__(self, principal: Principal) -> Mapping[str, int]:
        principal.require(Role.GUARD, Role.SUPERVISOR, Role.OPERATOR)
        gates = await self._reference.gates()
        if not gates:
            return {}
        _, rules = await self._reference.gate(gates[0].code)
        local = self._world.now().astimezone(rules.timezone)
        inside = await self._log.inside(since=local.replace(hour=0, minute=0, second=0, microsecond=0))
        return {zone: inside.get(zone, 0) for zone in dict.fromkeys(gate.zone for gate in gates)}
