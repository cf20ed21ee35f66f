"""After a restore: no serial, token's number or version of the status list that was given out since is given again."""

from __future__ import annotations

from collections.abc import Mapping

from services.accreditation.domain.ports import GivenNumbers


class GoOnAfterRestore:
    def __init__(self, numbers: GivenNumbers) -> None:
        self._numbers = numbers

    async def __call__(self, restores: int) -> Mapping[str, str]:
        """`restores` lie between the backup and now, this one included. Raises SerialsExhaustedError."""
        await self._numbers.skip(restores)
        return {}
