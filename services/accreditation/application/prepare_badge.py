"""Prepare the badge of an approved participant, in the approval's own commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.accreditation.application.mint import Mint
from services.accreditation.domain.access import PersonalAccess
from services.accreditation.domain.badge import Badge, Badges, BadgeState
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.events import BadgeEvent
from services.accreditation.domain.ports import Records


class PrepareBadge:
    def __init__(self, mint: Mint) -> None:
        self._mint = mint

    async def if_needed(
        self, records: Records, dossier: Dossier, conference: ConferenceRules, at: datetime
    ) -> Sequence[BadgeEvent]:
        """A badge for an approval, unless the participant's live badge already opens the same."""
        category = dossier.submission.category
        live = await records.live_badges(dossier.participant_id)
        personal = await records.personal_access(dossier.participant_id)
        if live.serves(category, conference.access_of(category, personal)):
            return ()
        return (await self._prepared(records, dossier, conference, at, live, personal, None))[1]

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
        personal = await records.personal_access(dossier.participant_id)
        return await self._prepared(records, dossier, conference, at, live, personal, replaces)

    async def _prepared(
        self,
        records: Records,
        dossier: Dossier,
        conference: ConferenceRules,
        at: datetime,
        live: Badges,
        personal: PersonalAccess,
        replaces: Badge | None,
    ) -> tuple[Badge, Sequence[BadgeEvent]]:
        ended, events = live.make_way(at)
        predecessor = live.in_force or live.coming or replaces
        category = dossier.submission.category
        access = conference.access_of(category, personal)
        version, until = live.newest_profile + 1, conference.valid_until(personal, access)
        made = await self._mint(conference, category, access, at, profile_version=version, valid_until=until)
        badge = Badge(
            **vars(made),
            subject=dossier.subject,
            category=category,
            access=access,
            profile_version=version,
            state=BadgeState.PREPARED,
            since=at,
            replaces=predecessor.badge_id if predecessor else None,
        )
        await records.save_badges((*ended, badge))
        return badge, (*events, badge.prepared())
