"""Say of an alert whether the two are the same person; the list of alerts, and one explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.records import Bind, BindDossierBooks, conference_of, participant_lock
from services.accreditation.application.screen_participants import BindAlerts
from services.accreditation.domain.alert import Alert, AlertState, Disposition, hits_of
from services.accreditation.domain.claim import require_free
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import DossierNotFoundError
from services.accreditation.domain.ports import Page, Views
from services.accreditation.domain.screening_errors import AlertNotFoundError
from services.accreditation.domain.step import Step
from services.accreditation.domain.watchlist_ports import AlertViews
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class DisposeAlert:
    """`version` is the alert's as the officer saw it: one that changed since is refused."""

    participant_id: str
    alert_id: str
    disposition: Disposition
    version: int


class DisposeAlertHandler:
    def __init__(self, work: UnitOfWork, bind: Bind, books: BindDossierBooks, alerts: BindAlerts) -> None:
        self._work = work
        self._bind = bind
        self._books = books
        self._alerts = alerts

    async def __call__(
        self, principal: Principal, command: DisposeAlert, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises RoleRequiredError, DossierNotFoundError, AlertNotFoundError, AlertChangedError, AlertStateError,
        ClaimedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        officer, participant_id = officer_of(principal), command.participant_id

        async def work(tx: Transaction) -> dict[str, Any]:
            records, books, alerts = self._bind(tx), self._books(tx), self._alerts(tx)
            dossier, alert = await records.dossier(participant_id), await alerts.alert(command.alert_id)
            if dossier is None:
                raise DossierNotFoundError
            if alert is None or alert.participant_id != participant_id:
                raise AlertNotFoundError
            require_free(await books.claim(participant_id), officer, tx.now)
            disposed = alert.disposed(command.disposition, officer, command.version, tx.now)
            await alerts.save(disposed)
            others = [each for each in await alerts.alerts(participant_id) if each.alert_id != disposed.alert_id]
            workflow = (await conference_of(records)).category(dossier.submission.category).workflow
            after, events = dossier.with_hits(hits_of([disposed, *others]), workflow, tx.now)
            await records.save_dossier(after)
            for event in events:
                tx.emit(event)
            action = command.disposition.value
            await books.note(
                Step(participant_id, dossier.version + 1, officer, tx.now, action, alert.finding.list_code)
            )
            return {"state": disposed.state.value, "version": disposed.version + 1}

        return await self._work.run_command(work, cause=cause, command=key, serialise=participant_lock(participant_id))


@dataclass(frozen=True)
class NamedAlerts:
    """`names` lacks whom the vault knows no more."""

    page: Page[Alert]
    names: Mapping[str, PersonalRecord]
    conference: ConferenceRules | None


class ListAlerts:
    def __init__(self, views: AlertViews, conference: Views, personal_data: PersonalData) -> None:
        self._views = views
        self._conference = conference
        self._personal_data = personal_data

    async def __call__(self, principal: Principal, *, state: AlertState, page: int) -> Page[Alert]:
        """A page of 50, the likeliest first. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._views.alerts(state=state, page=page)

    async def named(self, principal: Principal, *, state: AlertState, page: int) -> NamedAlerts:
        """The same for a page, each read of personal data audited by the vault. Raises RoleRequiredError."""
        found = await self(principal, state=state, page=page)
        people = list(dict.fromkeys(alert.participant_id for alert in found.rows))
        answers = await self._personal_data.read(people, purpose=Purpose.REVIEW) if people else {}
        names = {who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)}
        return NamedAlerts(found, names, await self._conference.conference())

    async def of(self, principal: Principal, participant_id: str) -> Sequence[Alert]:
        """Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._views.alerts_of(participant_id)
