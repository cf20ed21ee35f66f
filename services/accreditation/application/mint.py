"""Make what is new in a badge: its id, its serial, its number and its signed credential."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.accreditation.domain.access import AccessGrant, masks_of
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import CredentialFacts, Serials, Signer
from shared.world import World


@dataclass(frozen=True)
class Minted:
    badge_id: str
    serial: int
    number: str
    key_id: str
    credential: str
    valid_from: datetime
    valid_until: datetime


class Mint:
    def __init__(self, serials: Serials, signer: Signer, world: World) -> None:
        self._serials = serials
        self._signer = signer
        self._world = world

    async def __call__(
        self,
        conference: ConferenceRules,
        category: str,
        access: Sequence[AccessGrant],
        at: datetime,
        *,
        profile_version: int,
        valid_until: datetime,
    ) -> Minted:
        """Raises UnknownCategoryError, SerialsExhaustedError, InfrastructureError while the keys cannot be read."""
        # The serial counter is no part of the transaction: inside it every approval would queue on one document.
        # What a rolled-back approval took stays unused, and the permutation hides that too.
        serial = await self._serials.take()
        facts = CredentialFacts(
            badge_id=self._world.new_id(),
            serial=serial,
            category_index=conference.category(category).index,
            masks=masks_of(access, conference.zone_order),
            profile_version=profile_version,
            valid_from=at.replace(microsecond=0),
            valid_until=valid_until,
        )
        signed = self._signer.sign(facts, conference.number)
        return Minted(
            badge_id=facts.badge_id,
            serial=serial,
            number=self._serials.number_of(serial),
            key_id=signed.key_id,
            credential=signed.text,
            valid_from=facts.valid_from,
            valid_until=facts.valid_until,
        )
