"""The HTTP API and the page of the outside authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse

from services.accreditation.adapters.answers import Asked, QueueAnswer, RowAnswer, RowsAnswer
from services.accreditation.adapters.http import AnyDelegation, DelegationFilter, PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.adapters.screening_files import Answer
from services.accreditation.application import Application
from services.accreditation.application.screen_outside import AskedFor
from services.accreditation.domain.dossier_ports import ScreeningPlace
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

_AUTHORITY: Final = roles(Role.SCREENING_AUTHORITY)
_COURIERS: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_FILE: Final = "application/octet-stream"
PlaceText = Annotated[str | None, Query(pattern=r"^[0-9]{1,14}-[A-Za-z0-9_-]{1,64}$")]
_MS: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def place_from(text: str | None) -> ScreeningPlace | None:
    if text is None:
        return None
    due, _, participant_id = text.partition("-")
    return ScreeningPlace(_EPOCH + int(due) * _MS, participant_id)


def place_text(place: ScreeningPlace | None) -> str | None:
    return f"{(place.due - _EPOCH) // _MS}-{place.participant_id}" if place is not None else None


class PersonAnswer(BaseModel):
    """A person whom the authority is asked about; what is unknown is empty."""

    reference: str
    revision: int
    delegation: str
    name_arabic: str
    name_latin: str
    nationality: str
    birth_date: str
    document_type: str
    document_number: str

    @classmethod
    def of(cls, found: AskedFor) -> PersonAnswer:
        return cls(delegation=found.delegation, **vars(found.asked))


class PeopleAnswer(BaseModel):
    """With `after` given, `pages` and `total` count what is behind that place; `next` is where to go on after these."""

    rows: list[PersonAnswer]
    page: int
    pages: int
    total: int
    next: str | None


class AnswersAsked(Asked):
    answers: list[Answer] = Field(min_length=1, max_length=500)


def screening_routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1/screening", tags=["screening"])

    @router.get("", openapi_extra=_AUTHORITY)
    async def people(principal: Caller, page: PageNumber = 1, after: PlaceText = None) -> PeopleAnswer:
        """Who waits for the authority, those due first. Who is answered leaves the list: go on by `after`, which takes
        `next` of the answer before, and nobody is passed over.
        """
        waiting = await application.list_screening(principal, page=page, after=place_from(after))
        found = waiting.page
        return PeopleAnswer(
            rows=[PersonAnswer.of(each) for each in found.rows],
            page=found.page,
            pages=found.pages,
            total=found.total,
            next=place_text(waiting.following),
        )

    @router.get("/dossiers", openapi_extra=_COURIERS)
    async def dossiers(
        request: Request, principal: Caller, delegation: DelegationFilter = None, page: PageNumber = 1
    ) -> QueueAnswer:
        """The dossiers that wait for the authority, those due first, without personal data."""
        found = await application.show_authority.listed(principal, delegation=delegation, page=page)
        return QueueAnswer.of(found, texts, language_of(request))

    @router.post("/answers", openapi_extra=_AUTHORITY)
    async def answer(
        request: Request, principal: Caller, asked: AnswersAsked, cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        """Clear or not clear; why is the authority's own affair."""
        given = [each.answered() for each in asked.answers]
        rows = await application.answer_screening(principal, given, cause, command)
        return RowsAnswer(rows=[RowAnswer.of(row, texts, language_of(request)) for row in rows])

    @router.get("/file", openapi_extra=_COURIERS, response_class=Response, responses={200: {"content": {_FILE: {}}}})
    async def file(principal: Caller) -> Response:
        """Everybody who waits, in a file that the authority alone opens."""
        content = await application.list_screening.file(principal)
        headers = {"Content-Disposition": 'attachment; filename="screening.bwbx"', "Cache-Control": "no-store"}
        return Response(content, media_type=_FILE, headers=headers)

    @router.post("/file/answers", openapi_extra=_COURIERS)
    async def file_answers(
        request: Request, principal: Caller, file: Annotated[UploadFile, File()], cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        """The authority's answers as its file brings them."""
        rows = await application.answer_screening.file(principal, await file.read(), cause, command)
        return RowsAnswer(rows=[RowAnswer.of(row, texts, language_of(request)) for row in rows])

    return router


def screening_pages(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/accreditation", include_in_schema=False)

    @router.get("/screening", openapi_extra=_AUTHORITY)
    async def screening(request: Request, principal: PagePrincipal, after: PlaceText = None) -> HTMLResponse:
        waiting = await application.list_screening(principal, page=1, after=place_from(after))
        return pages.render(
            request,
            "screening.html",
            principal=principal,
            found=waiting.page,
            after=after,
            following=place_text(waiting.following),
            conference=await application.list_screening.conference(),
        )

    @router.get("/authority", openapi_extra=_COURIERS)
    async def authority(
        request: Request, principal: PagePrincipal, delegation: AnyDelegation = "", page: PageNumber = 1
    ) -> HTMLResponse:
        shown = await application.show_authority(principal, delegation=delegation or None, page=page)
        return pages.render(
            request, "authority.html", principal=principal, shown=shown, found=shown.page, delegation=delegation
        )

    return router
