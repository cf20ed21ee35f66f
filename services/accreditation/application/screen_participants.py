"""Screen people against the watchlists: one with each check, everybody when a list changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.accreditation.application.records import Bind, participant_lock
from services.accreditation.application.screening_lists import ScreeningLists
from services.accreditation.domain.alert import Finding, hits_of, merged
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.hits import Hits
from services.accreditation.domain.watchlist_ports import AlertBooks, AlertViews
from shared.messaging.cause import Cause
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.world import World

PEOPLE_AT_ONCE: Final = 200
BindAlerts = Callable[[Transaction], AlertBooks]


class ScreenParticipant:
    """The step that a check, a correction and a changed list share, in the caller's transaction."""

    def __init__(self, lists: ScreeningLists, alerts: BindAlerts) -> None:
        self.lists = lists
        self._alerts = alerts

    async def __call__(self, tx: Transaction, dossier: Dossier, found: Sequence[Finding], at: datetime) -> Hits:
        """Write the alerts as they are now; answers them counted."""
        books = self._alerts(tx)
        known = await books.alerts(dossier.participant_id)
        whom = (dossier.participant_id, dossier.subject.delegation)
        before = {alert.alert_id: alert for alert in known}
        alerts = merged(whom, known, found, self.lists.are_listed(known), at)
        for alert in alerts:
            if before.get(alert.alert_id) != alert:
                await books.save(alert)
        return hits_of(alerts)


class ScreenParticipants:
    """Screens who was screened against other versions than those in force, until nobody is left.

    What is done is noted on each dossier: it can be broken off anywhere, and several processes may do it at once.
    """

    def __init__(
        self,
        work: UnitOfWork,
        bind: Bind,
        views: AlertViews,
        step: ScreenParticipant,
        personal_data: PersonalData,
        world: World,
    ) -> None:
        self._work = work
        self._bind = bind
        self._views = views
        self._step = step
        self._personal_data = personal_data
        self._world = world

    async def once(self) -> bool:
        """Screen the next 200 people, answering whether there were any. Raises InfrastructureError, BusyError."""
        stamp = await self._step.lists.refresh()
        dossiers = await self._views.to_screen(stamp, limit=PEOPLE_AT_ONCE)
        if not dossiers:
            return False
        ids = [dossier.participant_id for dossier in dossiers]
        answers = await self._personal_data.read(ids, purpose=Purpose.AUTOMATIC_CHECKS)
        # Whose data are gone matches nobody.
        people = {each: answer for each, answer in answers.items() if isinstance(answer, PersonalRecord)}
        findings = await self._step.lists.findings_of_many(list(people.values()))
        found = dict(zip(people, findings, strict=True))
        quiet: list[Dossier] = []
        for dossier in dossiers:
            if not found.get(dossier.participant_id) and dossier.hits == Hits():
                quiet.append(dossier)
            else:
                await self._screen(dossier, found.get(dossier.participant_id, []), stamp)
        await self._views.note_screened(quiet, stamp)
        return True

    async def _screen(self, dossier: Dossier, found: Sequence[Finding], stamp: str) -> None:
        trace = self._world.random_bytes(16).hex()
        cause = Cause(trace, None, f"00-{trace}-{self._world.random_bytes(8).hex()}-00", "service:accreditation")

        async def work(tx: Transaction) -> None:
            records = self._bind(tx)
            current = await records.dossier(dossier.participant_id)
            conference = await records.conference()
            # What was corrected meanwhile was screened by its own check.
            if current is None or conference is None or current.submission != dossier.submission:
                return
            hits = await self._step(tx, current, found, tx.now)
            workflow = conference.category(current.submission.category).workflow
            after, events = current.with_hits(hits, workflow, tx.now)
            await records.save_dossier(replace(after, screened_against=stamp))
            for event in events:
                tx.emit(event)

        await self._work.run(work, cause=cause, serialise=participant_lock(dossier.participant_id))
