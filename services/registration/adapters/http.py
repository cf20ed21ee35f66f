"""Registration over HTTP: imports, roster, quota, and the focal points' pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Depends, File, Query, Request, Response, UploadFile
from starlette.responses import HTMLResponse

from services.registration.adapters.import_answers import BASE, change_values, import_view
from services.registration.adapters.list_answers import NoteGiven, participant_view, quota_view
from services.registration.adapters.workbook import PHOTOS_MEGABYTES_MAX
from services.registration.adapters.workbook_refusals import FILE_MEGABYTES_MAX
from services.registration.application.commit_import import CommitImportHandler
from services.registration.application.queries import GetImport, GetParticipant, GetQuota, ListParticipants
from services.registration.application.scope import READERS
from services.registration.application.show_list import ShowList
from services.registration.application.start_import import StartImport, StartImportHandler
from services.registration.domain.row_change import FieldChange, RowChange
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles
from shared.web.texts import Texts

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS_SHOWN: Final = 200
UPLOADS: Final = {"/imports": 75 * 1024 * 1024}


@dataclass(frozen=True)
class Application:
    start_import: StartImportHandler
    commit_import: CommitImportHandler
    get_import: GetImport
    list_participants: ListParticipants
    get_participant: GetParticipant
    get_quota: GetQuota
    show_list: ShowList


def routes(application: Application, pages: Pages, texts: Texts) -> APIRouter:
    router = APIRouter()
    _imports(router, application, texts)
    _participants(router, application)
    _pages(router, application, pages, texts)
    return router


def _imports(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.post(BASE + "/delegations/{delegation}/imports", status_code=201, openapi_extra=roles(Role.FOCAL_POINT))
    async def start_import(
        delegation: PathId,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        workbook: Annotated[UploadFile, File()],
        photos: Annotated[UploadFile | None, File()] = None,
    ) -> dict[str, Any]:
        """Check a delegation's XLSX or CSV with its photos (ZIP), dry: nothing is registered by this.

        What takes longer than a second is answered as being checked, and can be watched.
        """
        language = language_of(request)
        content = await workbook.read()
        archive = await photos.read() if photos is not None and photos.filename else None
        wanted = StartImport(delegation, content, archive or None, language)
        done = await application.start_import(principal, wanted, cause, command)
        changes = await application.get_import.changes(principal, done.import_id)
        words = await application.get_import.words(principal, done.import_id)
        return import_view(done, texts, language, changes, words)

    @router.get(BASE + "/imports/{import_id}", openapi_extra=roles(Role.FOCAL_POINT))
    async def get_import(import_id: PathId, request: Request, principal: Caller) -> dict[str, Any]:
        """An import with its faults and what it would change, in the caller's language."""
        found = await application.get_import(principal, import_id)
        changes = await application.get_import.changes(principal, import_id)
        words = await application.get_import.words(principal, import_id)
        return import_view(found, texts, language_of(request), changes, words)

    @router.get(BASE + "/imports/{import_id}/workbook", openapi_extra=roles(Role.FOCAL_POINT))
    async def annotated(import_id: PathId, principal: Caller) -> Response:
        """The same workbook with each bad cell coloured and explained; there for 24 hours."""
        content = await application.get_import.annotated_workbook(principal, import_id)
        headers = {"Content-Disposition": 'attachment; filename="checked.xlsx"'}
        return Response(content, media_type=XLSX, headers=headers)

    @router.post(BASE + "/imports/{import_id}/commit", status_code=202, openapi_extra=roles(Role.FOCAL_POINT))
    async def commit_import(
        import_id: PathId,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        asked: Annotated[NoteGiven | None, Body()] = None,
    ) -> dict[str, Any]:
        """Have the good rows registered: answers at once, and the import tells how far it is until it is done."""
        note_id = asked.note_id if asked else None
        done = await application.commit_import(principal, import_id, note_id, cause, command)
        return import_view(done, texts, language_of(request))

    @router.get(BASE + "/delegations/{delegation}/imports", openapi_extra=roles(Role.FOCAL_POINT))
    async def imports(delegation: PathId, request: Request, principal: Caller) -> dict[str, Any]:
        """The delegation's last imports, the latest first, without their faults."""
        found = await application.get_import.latest(principal, delegation)
        return {"imports": [import_view(each, texts, language_of(request)) for each in found]}


def _participants(router: APIRouter, application: Application) -> None:
    @router.get(BASE + "/delegations/{delegation}/participants", openapi_extra=roles(*READERS))
    async def participants(
        delegation: PathId, principal: Caller, after: Annotated[str, Query(max_length=60)] = ""
    ) -> dict[str, Any]:
        """A page of a delegation's participants with their status, by id."""
        found = await application.list_participants(principal, delegation, after=after)
        return {"participants": [participant_view(each) for each in found]}

    @router.get(BASE + "/participants/{participant_id}", openapi_extra=roles(*READERS))
    async def participant(participant_id: PathId, principal: Caller) -> dict[str, Any]:
        """One participant's status."""
        return participant_view(await application.get_participant(principal, participant_id))

    @router.get(BASE + "/delegations/{delegation}/quota", openapi_extra=roles(*READERS))
    async def quota(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """Places and how many are used, by category."""
        return {"categories": quota_view(await application.get_quota(principal, delegation))}


def _pages(router: APIRouter, application: Application, pages: Pages, texts: Texts) -> None:
    @router.get("/registration/import", include_in_schema=False)
    async def import_page(
        request: Request,
        principal: Annotated[Principal, Depends(page_principal)],
        id: Annotated[str, Query(max_length=60)] = "",
    ) -> HTMLResponse:
        principal.require(Role.FOCAL_POINT)
        delegation = principal.delegation_id or ""
        language = language_of(request)
        shown, changes = None, list[tuple[RowChange, FieldChange, str | None, str | None]]()
        conference = await application.show_list.conference()
        if id:
            words = await application.get_import.words(principal, id)
            shown = import_view(await application.get_import(principal, id), texts, language, words=words)
            found = await application.get_import.changes(principal, id)
            pairs = [(each, field) for each in found for field in each.fields]
            changes = [(*pair, *change_values(pair[1], texts, conference, language)) for pair in pairs]
        return pages.render(
            request,
            "import.html",
            principal=principal,
            shown=shown,
            faults_max=FAULTS_SHOWN,
            workbook_megabytes=FILE_MEGABYTES_MAX,
            photos_megabytes=PHOTOS_MEGABYTES_MAX,
            changes=changes,
            delegation=delegation,
            latest=await application.get_import.latest(principal, delegation),
            notes=await application.show_list.notes(principal, delegation),
            note_required=conference.note_verbale_required,
            zone=ZoneInfo(conference.timezone),
        )
