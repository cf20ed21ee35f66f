"""A dossier as an officer's page shows it: the person, the checks with their evidence, alerts explained, what a badge
would open, and who did what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.accreditation.application.find_doubles import Double, FindDoubles
from services.accreditation.application.screening_lists import ScreeningLists
from services.accreditation.application.show_queue import NamedDossier, named
from services.accreditation.domain.access import ZoneRow, table_of
from services.accreditation.domain.alert import Alert, AlertState
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.claim import Claim
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierNotFoundError
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.dossier_ports import DossierViews
from services.accreditation.domain.ports import Views
from services.accreditation.domain.screening import Match
from services.accreditation.domain.step import Step
from services.accreditation.domain.watchlist import Entry
from services.accreditation.domain.watchlist_ports import AlertViews
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.security.sealed_texts import SealedTexts
from shared.world import World

LOOKED_AT_MAX: Final = 500


@dataclass(frozen=True)
class ExplainedAlert:
    """`entry` is None when it left its list; `match` is None when the two are no longer alike."""

    alert: Alert
    entry: Entry | None
    match: Match | None


@dataclass(frozen=True)
class ShownDossier:
    """`claimed_by` is another officer who works on it now; `table` is what a badge would open; `at` is when.

    `doubles` are who may be the same person, where a check found some; None while registration cannot be asked.
    """

    named: NamedDossier
    alerts: Sequence[ExplainedAlert]
    steps: Sequence[Step]
    badges: Sequence[Badge]
    table: Sequence[ZoneRow]
    conference: ConferenceRules | None
    claimed_by: Claim | None
    texts: Mapping[str, str]
    doubles: Sequence[Double] | None
    at: datetime

    @property
    def dossier(self) -> Dossier:
        return self.named.dossier


class ShowDossier:
    def __init__(
        self,
        views: Views,
        dossiers: DossierViews,
        alerts: AlertViews,
        lists: ScreeningLists,
        personal_data: PersonalData,
        texts: SealedTexts,
        find_doubles: FindDoubles,
        world: World,
    ) -> None:
        self._views = views
        self._dossiers = dossiers
        self._alerts = alerts
        self._lists = lists
        self._personal_data = personal_data
        self._texts = texts
        self._find_doubles = find_doubles
        self._world = world

    async def __call__(self, principal: Principal, participant_id: str) -> ShownDossier:
        """The read of personal data is audited by the vault. Raises RoleRequiredError, DossierNotFoundError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        dossier = await self._views.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        await self._lists.ready()
        answer = (await self._personal_data.read([participant_id], purpose=Purpose.REVIEW)).get(participant_id)
        person = answer if isinstance(answer, PersonalRecord) else None
        conference = await self._views.conference()
        claim = (await self._dossiers.claims([participant_id])).get(participant_id)
        category = dossier.submission.category
        is_known = conference is not None and category in conference.categories
        alerts = await self._alerts.alerts_of(participant_id)
        steps = await self._dossiers.steps(participant_id)
        text_ids = [step.text_id for step in steps if step.text_id]
        text_ids += [text for each in dossier.remarks for text in each.texts]
        return ShownDossier(
            named=named(dossier, person, conference),
            alerts=self._explained([alert for alert in alerts if alert.state is not AlertState.GONE], person),
            steps=steps,
            badges=await self._views.badges_of(participant_id),
            table=await self._table(conference, dossier) if conference is not None and is_known else (),
            conference=conference,
            claimed_by=claim if claim is not None and self._is_anothers(claim, principal) else None,
            texts=await self._texts.read(text_ids) if text_ids else {},
            doubles=await self._find_doubles(participant_id, conference) if dossier.has_doubles else (),
            at=self._world.now(),
        )

    async def next(self, principal: Principal, *, delegation: str | None, after: str | None) -> str | None:
        """The next dossier in the queue's order that this officer can decide on, by its participant.

        Passed over: what another officer works on or was given back, and what waits for a second officer after this
        one. Behind `after` while that waits, else from the top. Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        place = await self._views.dossier(after) if after is not None else None
        if place is not None and (not place.waits_for_officer or place.limit is None):
            place = None
        for _ in range(LOOKED_AT_MAX):
            place = await self._dossiers.next_in_queue(delegation=delegation, after=place)
            if place is None:
                return None
            claim = (await self._dossiers.claims([place.participant_id])).get(place.participant_id)
            if _is_for(place, principal) and (claim is None or not self._is_anothers(claim, principal)):
                return place.participant_id
        return None

    async def _table(self, conference: ConferenceRules, dossier: Dossier) -> Sequence[ZoneRow]:
        personal = (await self._views.kept_access(dossier.participant_id)).personal
        of_category = conference.access_of(dossier.submission.category)
        granted = conference.access_of(dossier.submission.category, personal)
        return table_of(granted, of_category, conference.zone_order, conference.days)

    def _explained(self, alerts: Sequence[Alert], person: PersonalRecord | None) -> list[ExplainedAlert]:
        found = {(code, match.entry.reference): match for code, match in (self._lists.screen(person) if person else ())}
        return [
            ExplainedAlert(
                alert, self._lists.entry(alert), found.get((alert.finding.list_code, alert.finding.reference))
            )
            for alert in alerts
        ]

    def _is_anothers(self, claim: Claim, principal: Principal) -> bool:
        return claim.until > self._world.now() and claim.officer.person_id != principal.person_id


def _is_for(dossier: Dossier, principal: Principal) -> bool:
    person = principal.person_id
    if not dossier.awaits_decision and not dossier.awaits_review:
        return False
    if dossier.assigned_to is not None and not dossier.is_overdue and dossier.assigned_to.person_id != person:
        return False
    if dossier.awaits_review and dossier.emergency is not None and dossier.emergency.officer.person_id == person:
        return False
    first = [approval.officer.person_id for approval in dossier.approvals]
    return dossier.state is not DossierState.AWAITING_SECOND_OFFICER or person not in first
