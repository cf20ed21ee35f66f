"""Prepare a badge for an approved participant.

Its serial, its access, its signed credential, in the approval's commit.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.accreditation.application.ports import Badges
from services.accreditation.domain.access import Grant, day_bits, zone_bits
from services.accreditation.domain.badge import Badge, Prepared, Reason
from services.accreditation.domain.badge_number import number_of
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.serial_permutation import serial_at
from shared.conference import conference_in
from shared.contracts.conference import Conference
from shared.errors import InfrastructureError
from shared.messaging.unit_of_work import Transaction
from shared.security.credential import Credential, encode
from shared.security.signing_keys import SigningKeyRing
from shared.world import World


@dataclass(frozen=True)
class IssueBadge:
    badges: Badges
    keys: SigningKeyRing
    serial_key: bytes
    world: World

    async def __call__(self, tx: Transaction, dossier: Dossier, *, replaces: Badge | None = None) -> Badge:
        """The prepared badge, saved and told of. Raises InfrastructureError while no conference has come."""
        conference = await conference_in(tx)
        category = conference.category(dossier.category) if conference else None
        if conference is None or category is None:
            raise InfrastructureError("the conference's version with this category has not come yet")
        grants = tuple(Grant(rule.zone, rule.days, rule.opens, rule.closes) for rule in category.access)
        serial = serial_at(await self.badges.next_number(tx), self.serial_key)
        badge_id = self.world.new_id()
        valid_from, valid_until = tx.now.replace(microsecond=0), _end(conference)
        credential = Credential(
            badge_id=uuid.UUID(badge_id).bytes,
            serial=serial,
            category=[item.code for item in conference.categories].index(category.code),
            zones=zone_bits(grants, [zone.code for zone in conference.zones]),
            days=day_bits(grants),
            profile_version=1,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        badge = Badge(
            badge_id=badge_id,
            participant_id=dossier.participant_id,
            conference_id=dossier.conference_id,
            delegation=dossier.delegation,
            category=dossier.category,
            serial=serial,
            number=number_of(serial),
            key_id=str(self.keys.key_id),
            credential=encode(credential, self.keys.key_id, self.keys.sign),
            access=grants,
            valid_from=valid_from,
            valid_until=valid_until,
            replaces=replaces.badge_id if replaces else None,
        )
        await self.badges.save(tx, badge)
        tx.emit(Prepared(badge))
        return badge


async def end_badges(tx: Transaction, badges: Badges, participant_id: str, reason: Reason) -> None:
    """End whatever badges the participant has, in the caller's commit."""
    for badge in await badges.of_participant(tx, participant_id):
        if (ended := badge.revoked(reason)) is not None:
            await badges.save(tx, ended[0])
            tx.emit(ended[1])


def _end(conference: Conference) -> datetime:
    """The credential's end: days after the last day, at local midnight. Moving the programme kills no badge."""
    last = conference.last_day + timedelta(days=1 + conference.credentials_valid_days_after)
    return datetime.combine(last, time(0), ZoneInfo(conference.timezone)).astimezone(UTC)
