"""Tell every gate the public keys that verify credentials, and choose the one that signs."""

from __future__ import annotations

from services.accreditation.application.records import Bind
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.events import SigningKeyPublished
from services.accreditation.domain.ports import Signer
from services.accreditation.domain.signing_key import SigningKeyLife, signing_key
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.world import World


class PublishSigningKeys:
    """Each key is told once, for ever, when it is found; it signs once gates have known it for a minute."""

    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, signer: Signer, world: World) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._signer = signer
        self._world = world

    async def look(self) -> None:
        """Tell the keys that are new, and sign with the right one. Without a conference there is nothing to tell yet.

        Raises InfrastructureError while the database is away or the keys cannot be read.
        """

        async def work(tx: Transaction) -> None:
            conference = await self._bind(tx).conference()
            if conference is not None:
                await self.apply(tx, conference)

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, "service:accreditation"))

    async def apply(self, tx: Transaction, conference: ConferenceRules) -> None:
        """Raises InfrastructureError while the keys cannot be read."""
        records = self._bind(tx)
        known = {key.key_id: key for key in await records.signing_keys()}
        at_hand = self._signer.public_keys(conference.number)
        for key_id, public_key in sorted(at_hand.items()):
            if key_id not in known:
                known[key_id] = SigningKeyLife(key_id, tx.now)
                await records.save_signing_key(known[key_id])
                tx.emit(SigningKeyPublished(conference.id, conference.number, key_id, public_key))
        chosen = signing_key(list(known.values()), at_hand, tx.now)
        if chosen is not None:
            self._signer.use(chosen)
