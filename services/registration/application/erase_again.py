"""After a restore: who was erased stays erased, whatever keys and documents came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.registration.domain.ports import Erasures
from services.registration.vault.store import Vault

TOGETHER_MAX: Final = 200


class EraseAgain:
    """Destroys keys and writes the ledger; `erase_people` removes what else is there when the service starts."""

    def __init__(self, erasures: Erasures, vault: Vault) -> None:
        self._erasures = erasures
        self._vault = vault

    async def as_in_books(self, _restores: int) -> Mapping[str, str]:
        """Those whom the restored books know to be erased: the keys may be from an older backup than the books."""
        async for participant_ids in self._erasures.erased():
            await self._erase([each for each in participant_ids if not self._vault.is_erased(each)])
        return {}

    async def as_told(self, participant_id: str, delegation: str) -> None:
        """Somebody of whose erasure the log tells."""
        if not self._vault.is_erased(participant_id):
            await self._erase([participant_id, *await self._erasures.imports_of([delegation])])

    async def _erase(self, owners: list[str]) -> None:
        for start in range(0, len(owners), TOGETHER_MAX):
            await self._vault.destroy(owners[start : start + TOGETHER_MAX])
