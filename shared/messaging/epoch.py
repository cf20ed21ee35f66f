"""The epoch that a service's database is in: 0 until it is restored from a backup for the first time."""

from __future__ import annotations

from typing import Final

from shared.storage import Database

RESTORES: Final = "restores"


class Epoch:
    """Read once: a restore takes place while no process of the service runs."""

    def __init__(self, database: Database) -> None:
        self._restores = database.collection(RESTORES)
        self._current: int | None = None

    async def current(self) -> int:
        """Raises InfrastructureError."""
        if self._current is None:
            newest = await self._restores.find_one({}, projection={"_id": 1}, sort=[("_id", -1)])
            self._current = int(newest["_id"]) if newest else 0
        return self._current
