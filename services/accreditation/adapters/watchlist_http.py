"""The HTTP API of watchlists and their alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import APIRouter, File, Path, Query, Response, UploadFile
from pydantic import BaseModel, Field

from services.accreditation.adapters.answers import Asked
from services.accreditation.adapters.dossier_http import PathParticipant
from services.accreditation.adapters.http import PageNumber
from services.accreditation.application import Application
from services.accreditation.application.dispose_alert import DisposeAlert
from services.accreditation.application.load_watchlist import ListsShown, LoadWatchlist
from services.accreditation.domain.alert import Alert, AlertState, Disposition
from services.accreditation.domain.ports import Page
from services.accreditation.domain.watchlist import ListVersion
from shared.security.principal import Role
from shared.web.requests import Caller, TheCause, TheCommand, roles

UPLOADS: Final = {"/content": 80 * 1024 * 1024}
ListCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
AlertId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_KEEPS: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_DECIDES: Final = roles(Role.ACCREDITATION_OFFICER)


class ListAnswer(BaseModel):
    code: str
    version: int
    entries: int
    loaded_at: datetime
    loaded_by: str

    @classmethod
    def of(cls, version: ListVersion) -> Self:
        return cls(
            code=version.code,
            version=version.version,
            entries=version.entries,
            loaded_at=version.loaded_at,
            loaded_by=version.loaded_by,
        )


class ListsAnswer(BaseModel):
    """`to_screen` people are not screened yet against the lists as they are."""

    lists: list[ListAnswer]
    to_screen: int

    @classmethod
    def of(cls, shown: ListsShown) -> Self:
        return cls(lists=[ListAnswer.of(version) for version in shown.versions], to_screen=shown.to_screen)


class LoadedAnswer(BaseModel):
    """`changed` is false when the same file was in force already."""

    version: int
    entries: int
    changed: bool


class AlertAnswer(BaseModel):
    """An alert without any name: `rules` are by which the words met, `evidence` is what else was compared."""

    alert_id: str
    participant_id: str
    delegation: str
    list: str
    reference: str
    score: float
    rules: tuple[str, ...]
    evidence: tuple[str, ...]
    state: AlertState
    since: datetime
    by: str | None
    version: int

    @classmethod
    def of(cls, alert: Alert) -> Self:
        finding = alert.finding
        return cls(
            alert_id=alert.alert_id,
            participant_id=alert.participant_id,
            delegation=alert.delegation,
            list=finding.list_code,
            reference=finding.reference,
            score=finding.score,
            rules=finding.rules,
            evidence=finding.evidence,
            state=alert.state,
            since=alert.since,
            by=alert.by.person_id if alert.by else None,
            version=alert.version,
        )


class AlertsAnswer(BaseModel):
    rows: list[AlertAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, found: Page[Alert]) -> Self:
        rows = [AlertAnswer.of(alert) for alert in found.rows]
        return cls(rows=rows, page=found.page, pages=found.pages, total=found.total)


class DispositionAsked(Asked):
    """`version` is the alert's that the officer saw; one that changed since is refused."""

    disposition: Disposition
    version: Annotated[int, Field(ge=1, le=1_000_000)]


class DisposedAnswer(BaseModel):
    state: AlertState
    version: int


def watchlist_routes(application: Application) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1", tags=["watchlists"])
    _add_lists(router, application)
    _add_alerts(router, application)
    return router


def _add_lists(router: APIRouter, application: Application) -> None:
    @router.get("/watchlists", openapi_extra=_KEEPS)
    async def watchlists(principal: Caller) -> ListsAnswer:
        return ListsAnswer.of(await application.list_watchlists(principal))

    @router.put("/watchlists/{code}/content", openapi_extra=_KEEPS)
    async def load(
        principal: Caller, code: ListCode, file: Annotated[UploadFile, File()], cause: TheCause, command: TheCommand
    ) -> LoadedAnswer:
        """Load a version from CSV or JSON of our own, or the UN consolidated list's XML; a bad file changes nothing."""
        asked = LoadWatchlist(code, await file.read())
        return LoadedAnswer.model_validate(await application.load_watchlist(principal, asked, cause, command))

    @router.delete("/watchlists/{code}", status_code=204, openapi_extra=_KEEPS)
    async def remove(principal: Caller, code: ListCode, cause: TheCause, command: TheCommand) -> Response:
        await application.load_watchlist.remove(principal, code, cause, command)
        return Response(status_code=204)


def _add_alerts(router: APIRouter, application: Application) -> None:
    @router.get("/alerts", openapi_extra=_DECIDES)
    async def alerts(
        principal: Caller, state: Annotated[AlertState, Query()] = AlertState.OPEN, page: PageNumber = 1
    ) -> AlertsAnswer:
        return AlertsAnswer.of(await application.list_alerts(principal, state=state, page=page))

    @router.post("/dossiers/{participant_id}/alerts/{alert_id}/disposition", openapi_extra=_DECIDES)
    async def disposition(
        principal: Caller,
        participant_id: PathParticipant,
        alert_id: AlertId,
        asked: DispositionAsked,
        cause: TheCause,
        command: TheCommand,
    ) -> DisposedAnswer:
        """Whether the two are the same person; it lasts until either side changes."""
        wanted = DisposeAlert(participant_id, alert_id, asked.disposition, asked.version)
        return DisposedAnswer.model_validate(await application.dispose_alert(principal, wanted, cause, command))
