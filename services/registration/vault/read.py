"""Read personal data by grant: what was asked is written down before anything is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.registration.vault.grants import granted_fields
from services.registration.vault.store import READS, Vault
from shared.security.personal_data import Answer, Erased, Missing, Purpose
from shared.security.principal import Principal, Role
from shared.storage import Database
from shared.world import World


class ReadPersonalData:
    def __init__(self, database: Database, vault: Vault, world: World) -> None:
        self._reads = database.collection(READS)
        self._vault = vault
        self._world = world

    async def __call__(
        self, principal: Principal, participant_ids: Sequence[str], purpose: Purpose
    ) -> Mapping[str, Answer]:
        """For each id the granted fields, a tombstone, or nothing. Raises NotGrantedError.

        The audit names who read which fields of whom, why and when; it never holds what was read.
        """
        principal.require(Role.SERVICE)
        service = principal.account_id.removeprefix("service:")
        fields = granted_fields(service, purpose)
        await self._reads.insert_one(
            {
                "_id": self._world.new_id(),
                "service": service,
                "purpose": purpose.value,
                "fields": list(fields),
                "participant_ids": list(participant_ids),
                "at": self._world.now(),
            }
        )
        known = await self._vault.read(participant_ids, fields)
        return {
            participant_id: known.get(participant_id)
            or (Erased() if self._vault.is_erased(participant_id) else Missing())
            for participant_id in participant_ids
        }
