"""The HTTP API and the page of the outside authority."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, File, Request, Response, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse

from services.accreditation.adapters.answers import Asked, RowAnswer, RowsAnswer
from services.accreditation.adapters.http import PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.adapters.screening_files import Answer
from services.accreditation.application import Application
from services.accreditation.application.screen_outside import AskedFor
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

_AUTHORITY: Final = roles(Role.SCREENING_AUTHORITY)
_COURIERS: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_FILE: Final = "application/octet-stream"


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
    rows: list[PersonAnswer]
    page: int
    pages: int
    total: int


class AnswersAsked(Asked):
    answers: list[Answer] = Field(min_length=1, max_length=500)


def screening_routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1/screening", tags=["screening"])

    @router.get("", openapi_extra=_AUTHORITY)
    async def people(principal: Caller, page: PageNumber = 1) -> PeopleAnswer:
        """Who waits for the authority, those due first."""
        found = await application.list_screening(principal, page=page)
        rows = [PersonAnswer.of(each) for each in found.rows]
        return PeopleAnswer(rows=rows, page=found.page, pages=found.pages, total=found.total)

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
    async def screening(request: Request, principal: PagePrincipal, page: PageNumber = 1) -> HTMLResponse:
        found = await application.list_screening(principal, page=page)
        return pages.render(request, "screening.html", principal=principal, found=found)

    return router
