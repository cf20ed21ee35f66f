"""Accreditation's HTTP API, `/api/accreditation/v1/…`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from services.accreditation.adapters.answers import (
    ActivationsAsked,
    BadgesAnswer,
    BadgeStateAnswer,
    DecisionsAsked,
    DossierWithBadges,
    ParticipantId,
    PreparedBadgeAnswer,
    PrintAsked,
    PrintFileAsked,
    PrintJobAnswer,
    PrintJobsAnswer,
    PrintKeyAsked,
    PrintStartedAnswer,
    QueueAnswer,
    ReplacementAsked,
    RevocationAsked,
    RowAnswer,
    RowsAnswer,
)
from services.accreditation.application import Application
from services.accreditation.application.activate_badges import ActivateBadges
from services.accreditation.application.bulk import Row
from services.accreditation.application.print_badges import PrintBatch
from services.accreditation.application.render_badge import RenderBadge
from services.accreditation.application.replace_badge import ReplaceBadge
from services.accreditation.application.revoke_badge import RevokeBadge
from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.ports import PageFormat
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

BadgeId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
JobId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
PageNumber = Annotated[int, Query(ge=1, le=2_000)]
# A form that is sent with nothing chosen says so with an empty value.
AnyDelegation = Annotated[str, Query(pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")]
DelegationFilter = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]

_READS: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_DECIDES: Final = roles(Role.ACCREDITATION_OFFICER)
_MEDIA_TYPES: Final = {PageFormat.PDF: "application/pdf", PageFormat.PNG: "image/png"}
_PAGE_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {media_type: {} for media_type in _MEDIA_TYPES.values()}}
}


def routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1", tags=["accreditation"])
    _add_dossiers(router, application, texts)
    _add_badges(router, application, texts)
    _add_printing(router, application, texts)
    return router


def _add_dossiers(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get("/queue", openapi_extra=_READS)
    async def queue(
        request: Request, principal: Caller, delegation: DelegationFilter = None, page: PageNumber = 1
    ) -> QueueAnswer:
        found = await application.list_queue(principal, delegation=delegation, page=page)
        return QueueAnswer.of(found, texts, language_of(request))

    @router.get("/dossiers/{participant_id}", openapi_extra=_READS)
    async def dossier(
        request: Request, principal: Caller, participant_id: Annotated[ParticipantId, Path()]
    ) -> DossierWithBadges:
        view = await application.get_dossier(principal, participant_id)
        return DossierWithBadges.of_view(view, texts, language_of(request))

    @router.post("/decisions", openapi_extra=_DECIDES)
    async def decisions(
        request: Request, principal: Caller, asked: DecisionsAsked, cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        rows = await application.decide_dossiers(principal, asked.command(), cause, command)
        return rows_answer(rows, texts, request)


def _add_badges(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get("/badges", openapi_extra=_READS)
    async def badges(
        principal: Caller,
        delegation: DelegationFilter = None,
        state: BadgeState | None = None,
        unprinted: bool = False,
        page: PageNumber = 1,
    ) -> BadgesAnswer:
        found = await application.list_badges(
            principal, delegation=delegation, state=state, page=page, unprinted=unprinted
        )
        return BadgesAnswer.of(found)

    @router.post("/badges/activations", openapi_extra=_DECIDES)
    async def activations(
        request: Request, principal: Caller, asked: ActivationsAsked, cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        rows = await application.activate_badges(principal, ActivateBadges(asked.participant_ids), cause, command)
        return rows_answer(rows, texts, request)

    @router.post("/badges/{badge_id}/revocation", openapi_extra=_DECIDES)
    async def revocation(
        principal: Caller, badge_id: BadgeId, asked: RevocationAsked, cause: TheCause, command: TheCommand
    ) -> BadgeStateAnswer:
        found = await application.revoke_badge(principal, RevokeBadge(badge_id, asked.reason), cause, command)
        return BadgeStateAnswer.model_validate(found)

    @router.post("/badges/{badge_id}/replacement", openapi_extra=_DECIDES)
    async def replacement(
        principal: Caller, badge_id: BadgeId, asked: ReplacementAsked, cause: TheCause, command: TheCommand
    ) -> PreparedBadgeAnswer:
        found = await application.replace_badge(principal, ReplaceBadge(badge_id, asked.reason), cause, command)
        return PreparedBadgeAnswer.model_validate(found)

    @router.get(
        "/badges/{badge_id}/page.{page_format}",
        openapi_extra=roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.FOCAL_POINT),
        response_class=Response,
        responses=_PAGE_RESPONSES,
    )
    async def badge_page(principal: Caller, badge_id: BadgeId, page_format: PageFormat, cause: TheCause) -> Response:
        """One badge's page; a PDF that is taken counts as a print where no numbered cards are kept."""
        content = await application.render_badge(principal, RenderBadge(badge_id, page_format), cause)
        disposition = f'inline; filename="badge.{page_format.value}"'
        return Response(content, media_type=_MEDIA_TYPES[page_format], headers={"Content-Disposition": disposition})


def _add_printing(router: APIRouter, application: Application, texts: Texts) -> None:
    printing = application.print_badges

    @router.post("/print-jobs", status_code=202, openapi_extra=_READS)
    async def start(request: Request, principal: Caller, asked: PrintAsked) -> PrintStartedAnswer:
        """Draw a delegation's badges, or everybody's. The answer has the key of the file, and nothing else ever has."""
        wanted = PrintBatch(asked.delegation, asked.sheet, asked.blanks_of, asked.state, asked.unprinted)
        return PrintStartedAnswer.of_asked(await printing.start(principal, wanted), texts, language_of(request))

    @router.get("/print-jobs", openapi_extra=_READS)
    async def recent(request: Request, principal: Caller) -> PrintJobsAnswer:
        """The caller's own jobs of the last day, the newest first, without their keys."""
        jobs = await printing.recent(principal)
        return PrintJobsAnswer(rows=[PrintJobAnswer.of(job, texts, language_of(request)) for job in jobs])

    @router.get("/print-jobs/{job_id}", openapi_extra=_READS)
    async def progress(request: Request, principal: Caller, job_id: JobId) -> PrintJobAnswer:
        """How far a job is."""
        return PrintJobAnswer.of(await printing.progress(principal, job_id), texts, language_of(request))

    @router.post("/print-jobs/{job_id}/resumption", status_code=202, openapi_extra=_READS)
    async def resume(request: Request, principal: Caller, job_id: JobId, asked: PrintKeyAsked) -> PrintJobAnswer:
        """Go on where a job broke off; what is drawn stays drawn."""
        job = await printing.resume(principal, job_id, asked.key)
        return PrintJobAnswer.of(job, texts, language_of(request))

    @router.post(
        "/print-jobs/{job_id}/file",
        openapi_extra=_READS,
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    async def file(principal: Caller, job_id: JobId, asked: PrintFileAsked, cause: TheCause) -> Response:
        """The file, front and back of each badge, counted as prints where no numbered cards are kept.

        The key comes in the body: addresses are written to logs.
        """
        content = await printing.file(principal, job_id, asked.key, cause, from_page=asked.from_page)
        headers = {"Content-Disposition": 'attachment; filename="badges.pdf"', "Cache-Control": "no-store"}
        return StreamingResponse(content, media_type="application/pdf", headers=headers)


def rows_answer(rows: list[Row], texts: Texts, request: Request) -> RowsAnswer:
    language = language_of(request)
    return RowsAnswer(rows=[RowAnswer.of(row, texts, language) for row in rows])
