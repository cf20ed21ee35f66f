"""Make anew what a revoked key signed: each such badge ends, and its holder's next one is prepared."""

from __future__ import annotations

import asyncio
from typing import Final

from services.accreditation.application.prepare_badge import PrepareBadge
from services.accreditation.application.records import Bind, BindBooks, conference_of, participant_lock
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.events import RevocationReason
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.world import World

AT_ONCE: Final = 16
CHUNK: Final = 200


class ReissueBadges:
    """A badge of a revoked key could be anybody's copy: it ends, whatever its state was. Runs until none is left."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        bind: Bind,
        bind_books: BindBooks,
        views: DeskViews,
        prepare_badge: PrepareBadge,
        world: World,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._bind_books = bind_books
        self._views = views
        self._prepare_badge = prepare_badge
        self._world = world

    async def look(self) -> bool:
        """Make some anew; answers whether there were any. Raises InfrastructureError, BusyError."""
        badges = await self._views.signed_by_revoked_keys(limit=CHUNK)
        for start in range(0, len(badges), AT_ONCE):
            await asyncio.gather(*(self._one(badge) for badge in badges[start : start + AT_ONCE]))
        blanks = await self._views.blanks_by_revoked_keys(limit=CHUNK)
        for blank in blanks:
            await self._void(blank.badge_id)
        return bool(badges or blanks)

    async def _one(self, badge: Badge) -> None:
        participant_id = badge.subject.participant_id

        async def work(tx: Transaction) -> None:
            records = self._bind(tx)
            known = await records.badge(badge.badge_id)
            if known is None or not known.is_live:
                return
            ended, event = known.revoke(RevocationReason.REPLACED, tx.now)
            await records.save_badges([ended])
            tx.emit(event)
            live = await records.live_badges(participant_id)
            dossier = await records.dossier(participant_id)
            if live.coming is not None or dossier is None or dossier.state is not DossierState.APPROVED:
                return
            conference = await conference_of(records)
            _, events = await self._prepare_badge.always(records, dossier, conference, tx.now, replaces=ended)
            for prepared in events:
                tx.emit(prepared)

        await self._unit_of_work.run(work, cause=self._cause(), serialise=participant_lock(participant_id))

    async def _void(self, badge_id: str) -> None:
        async def work(tx: Transaction) -> None:
            books = self._bind_books(tx)
            blank = await books.blank(badge_id)
            if blank is not None:
                await books.save_blanks([blank.void(tx.now)])

        await self._unit_of_work.run(work, cause=self._cause())

    def _cause(self) -> Cause:
        return Cause(self._world.new_id(), None, None, "service:accreditation")
