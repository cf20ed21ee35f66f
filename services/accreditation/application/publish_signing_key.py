"""Tell every gate the public keys that verify credentials."""

from __future__ import annotations

from services.accreditation.application.records import Bind
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.events import SigningKeyPublished
from services.accreditation.domain.ports import Signer
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.world import World


class PublishSigningKeys:
    """Each key is told once, for ever: at the start after it was made, or when the conference becomes known."""

    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, signer: Signer, world: World) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._signer = signer
        self._world = world

    async def at_start(self) -> None:
        """Tell the keys that are new since the last start. Without a conference there is nothing to tell yet."""

        async def work(tx: Transaction) -> None:
            conference = await self._bind(tx).conference()
            if conference is not None:
                await self.apply(tx, conference)

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, "service:accreditation"))

    async def apply(self, tx: Transaction, conference: ConferenceRules) -> None:
        """Raises InfrastructureError while the key files cannot be read."""
        records = self._bind(tx)
        for key_id, public_key in sorted(self._signer.public_keys(conference.number).items()):
            if await records.announce_key(key_id):
                tx.emit(SigningKeyPublished(conference.id, conference.number, key_id, public_key))
