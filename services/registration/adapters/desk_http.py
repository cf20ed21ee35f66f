"""Permit requests, the roster as a file, and the desk's registration of somebody whom nobody announced."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import HTMLResponse

from services.registration.adapters import list_answers as answers
from services.registration.adapters.list_http import BASE, ListApplication
from services.registration.adapters.photo import MEGABYTES_MAX, MEGAPIXELS_MAX
from services.registration.adapters.roster_file import roster_workbook
from services.registration.adapters.saved_answers import SavedAnswer
from services.registration.application.export_roster import ExportedPerson, ExportRoster
from services.registration.application.fill_form import Answers
from services.registration.application.read_zone import ReadZone
from services.registration.application.register_walk_up import RegisterWalkUp, RegisterWalkUpHandler
from services.registration.application.request_permit import RequestPermit, RequestPermitHandler
from services.registration.domain.permit_request import MANIFEST_MAX, PermitKind, PermitRequest
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.roster_columns import HEADINGS
from shared.contracts.conference import Conference
from shared.security.principal import Principal, Role
from shared.travel_documents.kinds import DocumentType
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles
from shared.web.texts import LANGUAGES, Texts

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOADS: Final = {"/walk-ups": 13 * 1024 * 1024}
# Two minutes are short: these are asked where the category's form requires them, and only there.
DESK_IF_REQUIRED: Final = ("title", "document_type", "document_issuer", "email", "phone")
DESK_FIELDS: Final = (
    "mrz", "name_arabic", "name_latin", "rank", "nationality", "nationality_reason", "birth_date",
    "document_number", "document_expires", *DESK_IF_REQUIRED,
)  # fmt: skip
ZONE_CHARS_MAX: Final = 400
_FOCAL: Final = roles(Role.FOCAL_POINT)


class PermitAsked(BaseModel):
    """`mark` is a serial or a plate; a vehicle has a manifest of participant ids, its driver among them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: PermitKind
    mark: str = Field(max_length=200)
    manifest: tuple[answers.Id, ...] = Field(default=(), max_length=MANIFEST_MAX)


class WalkUpAsked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    category: answers.Code
    fields: dict[answers.Code, answers.Written] = Field(default_factory=dict, max_length=40)
    over_quota: bool = False


class ZoneGiven(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    zone: str = Field(min_length=1, max_length=ZONE_CHARS_MAX)


@dataclass(frozen=True)
class DeskApplication:
    request_permit: RequestPermitHandler
    register_walk_up: RegisterWalkUpHandler
    export_roster: ExportRoster
    read_zone: ReadZone
    lists: ListApplication


def routes(application: DeskApplication, pages: Pages, texts: Texts, pool: Executor) -> APIRouter:
    router = APIRouter()
    _permits(router, application)
    _export(router, application, texts, pool)
    _walk_ups(router, application, texts)
    _desk_page(router, application, pages)
    return router


def _permits(router: APIRouter, application: DeskApplication) -> None:
    permits = application.request_permit

    @router.get(BASE + "/participants/{participant_id}/permit-requests", openapi_extra=_FOCAL)
    async def requests(participant_id: PathId, principal: Caller) -> dict[str, Any]:
        """Weapons, radios and vehicles that are asked for somebody of one's own."""
        found, marks = await permits.of_bearer(principal, participant_id)
        return {"requests": [request_view(each, marks) for each in found]}

    @router.post(BASE + "/participants/{participant_id}/permit-requests", status_code=201, openapi_extra=_FOCAL)
    async def ask(
        participant_id: PathId, asked: PermitAsked, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Ask for a weapon, a radio or a vehicle of the bearer's to be let in."""
        wanted = RequestPermit(participant_id, asked.kind, asked.mark, asked.manifest)
        return await permits(principal, wanted, cause, command)

    @router.post(BASE + "/permit-requests/{request_id}/withdrawal", openapi_extra=_FOCAL)
    async def withdraw(request_id: PathId, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Take a request back."""
        return await permits.withdraw(principal, request_id, cause, command)


def _export(router: APIRouter, application: DeskApplication, texts: Texts, pool: Executor) -> None:
    @router.get(BASE + "/delegations/{delegation}/roster.xlsx", openapi_extra=_FOCAL)
    async def roster(delegation: PathId, request: Request, principal: Caller) -> Response:
        """The delegation's roster as a workbook, under headings that an import reads again."""
        conference = await application.lists.show_list.conference()
        language = language_of(request)
        names = ("category", *answers.FORM_FIELDS, "precedence")
        columns = [*(heading_of(name, language) for name in names), texts.say("registration.status", language)]
        rows = [
            _row(each, conference, texts, language)
            async for some in application.export_roster(principal, delegation)
            for each in some
        ]
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(pool, _workbook, columns, rows, language == "ar")
        headers = {"Content-Disposition": 'attachment; filename="roster.xlsx"', "Cache-Control": "private, no-store"}
        return Response(content, media_type=XLSX, headers=headers)


def _walk_ups(router: APIRouter, application: DeskApplication, texts: Texts) -> None:
    @router.post(BASE + "/zone-readings", openapi_extra=roles(Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER))
    async def read_zone(given: ZoneGiven, principal: Caller) -> dict[str, Any]:
        """What a machine-readable zone says, its check digits held, by a form's fields. Nothing is kept of it."""
        return {"fields": dict(application.read_zone(principal, given.zone))}

    @router.post(
        BASE + "/delegations/{delegation}/walk-ups", status_code=201, openapi_extra=roles(Role.ACCREDITATION_OFFICER)
    )
    async def walk_up(
        delegation: PathId,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        written: Annotated[str, Form(alias="form", max_length=answers.FORM_CHARS_MAX)],
        photo: Annotated[UploadFile | None, File()] = None,
    ) -> SavedAnswer:
        """Register at the desk somebody whom nobody announced; `form` is JSON."""
        try:
            asked = WalkUpAsked.model_validate_json(written)
        except ValidationError as error:
            raise RequestValidationError(error.errors(include_input=False, include_url=False)) from None
        content = await photo.read() if photo is not None else b""
        fields = {name: value for name, value in asked.fields.items() if name in answers.FORM_FIELDS}
        wanted = RegisterWalkUp(delegation, Answers(asked.category, fields, content or None), asked.over_quota)
        with answers.saying(texts, language_of(request)):
            saved = await application.register_walk_up(principal, wanted, cause, command)
        return SavedAnswer.of(saved, texts, language_of(request))


def _desk_page(router: APIRouter, application: DeskApplication, pages: Pages) -> None:
    @router.get("/registration/walk-up", include_in_schema=False)
    async def page(
        request: Request,
        principal: Annotated[Principal, Depends(page_principal)],
        delegation: Annotated[str, Query(max_length=60)] = "",
        done: Annotated[str, Query(max_length=60, pattern="^[0-9a-f-]*$")] = "",
    ) -> HTMLResponse:
        principal.require(Role.ACCREDITATION_OFFICER)
        conference = await application.lists.show_list.conference()
        chosen = delegation or conference.delegations[0].code
        empty = await application.lists.show_person.forms(principal, chosen, every_category=True)
        quotas = await application.lists.show_list.quotas(principal, chosen)
        language = language_of(request)
        return pages.render(
            request,
            "walk_up.html",
            principal=principal,
            delegations=[(each.code, each.name.in_language(language)) for each in conference.delegations],
            chosen=chosen,
            categories=[
                (each.code, each.name.in_language(language), quotas[each.code].left if each.code in quotas else 0)
                for each in empty.categories
            ],
            nationality=empty.delegation.nationality,
            rules={
                code: {name: form.rule(name).value for name in (*answers.FORM_FIELDS, PHOTO)}
                for code, form in empty.forms.items()
            },
            fields=DESK_FIELDS,
            document_types=[kind.value for kind in DocumentType],
            photo_megabytes=MEGABYTES_MAX,
            photo_megapixels=MEGAPIXELS_MAX,
            if_required=DESK_IF_REQUIRED,
            action=f"{BASE}/delegations/{chosen}/walk-ups",
            done=done,
        )


def request_view(request: PermitRequest, marks: Mapping[str, str]) -> dict[str, Any]:
    return {
        "request_id": request.request_id,
        "kind": request.kind.value,
        "mark": marks.get(request.mark, ""),
        "manifest": list(request.manifest),
        "withdrawn": request.withdrawn,
        "permit": request.printed,
        "refusal": request.refusal,
        "requested_at": request.requested_at.isoformat(),
    }


def heading_of(name: str, language: str) -> str:
    """A column's heading in this language, as an import knows it."""
    return HEADINGS[name][LANGUAGES.index(language)]


def _row(each: ExportedPerson, conference: Conference, texts: Texts, language: str) -> dict[str, str]:
    category = conference.category(each.standing.participant.category)
    values = each.record.to_json()
    if "document_type" in values:
        values["document_type"] = texts.say("document_type", language, type=values["document_type"])
    if (place := each.standing.participant.precedence) is not None:
        values["precedence"] = str(place)
    row = {heading_of(name, language): value for name, value in values.items()}
    row[heading_of("category", language)] = category.name.in_language(language) if category else ""
    state = each.standing.participant.state.value
    row[texts.say("registration.status", language)] = texts.say(f"registration.state.{state}", language)
    return row


def _workbook(columns: list[str], rows: list[dict[str, str]], rtl: bool) -> bytes:
    return roster_workbook(columns, rows, rtl=rtl)
