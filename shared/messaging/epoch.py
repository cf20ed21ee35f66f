"""The epoch that a service's database is in: 0 until it is restored from a backup for the first time."""

from __future__ import annotations

from typing import Final

from shared.errors import InfrastructureError
from shared.storage import Database

RESTORES: Final = "restores"
UNFINISHED: Final = "unfinished"


class Epoch:
    """Read once: a restore takes place while no process of the service runs. The restore itself is `given` it."""

    def __init__(self, database: Database, given: int | None = None) -> None:
        self._restores = database.collection(RESTORES)
        self._current = given

    async def current(self) -> int:
        """Raises InfrastructureError, also while a restore is not finished: its numbers are not settled yet."""
        if self._current is None:
            if await self._restores.find_one({"_id": UNFINISHED}) is not None:
                raise InfrastructureError("a restore of this database is not finished")
            newest = await self._restores.find_one({}, projection={"_id": 1}, sort=[("_id", -1)])
            self._current = int(newest["_id"]) if newest else 0
        return self._current
