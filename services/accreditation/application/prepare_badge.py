"""Prepare the badge of an approved participant, in the approval's own commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.accreditation.domain.access import masks_of
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.events import BadgeEvent
from services.accreditation.domain.ports import CredentialFacts, Records, Serials, Signer
from shared.world import World


class PrepareBadge:
    def __init__(self, serials: Serials, signer: Signer, world: World) -> None:
        self._serials = serials
        self._signer = signer
        self._world = world

    async def if_needed(
        self, records: Records, dossier: Dossier, conference: ConferenceRules, at: datetime
    ) -> Sequence[BadgeEvent]:
        """A badge for an approval, unless the participant's live badge already opens the same."""
        category = dossier.submission.category
        live = await records.live_badges(dossier.participant_id)
        if live.serves(category, conference.access_of(category)):
            return ()
        return (await self.always(records, dossier, conference, at))[1]

    async def always(
        self,
        records: Records,
        dossier: Dossier,
        conference: ConferenceRules,
        at: datetime,
        *,
        replaces: Badge | None = None,
    ) -> tuple[Badge, Sequence[BadgeEvent]]:
        """A badge that replaces the active one when it is activated, and a prepared one at once.

        `replaces` names the predecessor when it has ended already.
        """
        live = await records.live_badges(dossier.participant_id)
        ended, events = live.make_way(at)
        predecessor = live.active or live.prepared or replaces
        badge = await self._made(
            records, dossier, conference, at, replaces=predecessor.badge_id if predecessor else None
        )
        await records.save_badges((*ended, badge))
        return badge, (*events, badge.prepared())

    async def _made(
        self, records: Records, dossier: Dossier, conference: ConferenceRules, at: datetime, *, replaces: str | None
    ) -> Badge:
        category = conference.category(dossier.submission.category)
        access = conference.access_of(category.code)
        # The serial counter is no part of the transaction: inside it every approval would queue on one document.
        # What a rolled-back approval took stays unused, and the permutation hides that too.
        serial = await self._serials.take()
        facts = CredentialFacts(
            badge_id=self._world.new_id(),
            serial=serial,
            category_index=category.index,
            masks=masks_of(access, conference.zone_order),
            profile_version=await records.badges_made(dossier.participant_id) + 1,
            valid_from=at.replace(microsecond=0),
            valid_until=conference.credentials_valid_until,
        )
        signed = self._signer.sign(facts, conference.number)
        return Badge(
            badge_id=facts.badge_id,
            subject=dossier.subject,
            category=category.code,
            serial=serial,
            number=self._serials.number_of(serial),
            key_id=signed.key_id,
            credential=signed.text,
            access=access,
            profile_version=facts.profile_version,
            valid_from=facts.valid_from,
            valid_until=facts.valid_until,
            state=BadgeState.PREPARED,
            since=at,
            replaces=replaces,
        )
