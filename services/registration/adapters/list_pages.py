"""The focal points' pages: overview, roster, one person, quota, reconciliation; and the officers' page of waivers."""

from __future__ import annotations

from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse

from services.registration.adapters.desk_http import DeskApplication
from services.registration.adapters.list_answers import FORM_FIELDS
from services.registration.adapters.list_http import BASE, ListApplication
from services.registration.adapters.photo import MEGABYTES_MAX, MEGAPIXELS_MAX
from services.registration.application.decide_waiver import DECIDERS
from services.registration.application.show_roster import PAGE_MAX, RosterFilter
from services.registration.domain.list_change import SCAN_BYTES_MAX
from services.registration.domain.participant import State
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.registration_form import Form as CategoryForm
from shared.contracts.conference import Conference
from shared.security.principal import Principal, Role
from shared.travel_documents.kinds import DocumentType
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages

Visitor = Annotated[Principal, Depends(page_principal)]
Word = Annotated[str, Query(max_length=100)]
Field = Annotated[str, Form(max_length=100)]
PageNumber = Annotated[int, Query(ge=1, le=PAGE_MAX)]
FormPage = Annotated[int, Form(ge=1, le=PAGE_MAX)]
CHOICES_MAX: Final = 200
HOLDING: Final = (State.SUBMITTED.value, State.RETURNED.value, State.ACCEPTED.value)


def routes(application: ListApplication, desk: DeskApplication, pages: Pages) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _lists(router, application, pages)
    _person(router, application, desk, pages)
    _meetings(router, application, pages)
    return router


def _lists(router: APIRouter, application: ListApplication, pages: Pages) -> None:
    show = application.show_list

    @router.get("/registration/overview")
    async def overview(request: Request, principal: Visitor) -> HTMLResponse:
        delegation = _delegation(principal)
        view = await show.overview(principal, delegation)
        related = {each.participant.participant_id for each in view.waits_for_delegation}
        related |= {each.participant_id for each in view.changes if each.participant_id}
        names = await show.names(principal, related)
        categories = _categories(view.conference, request)
        return pages.render(
            request,
            "overview.html",
            principal=principal,
            zone=ZoneInfo(view.conference.timezone),
            view=view,
            names=names,
            categories=categories,
        )

    @router.get("/registration/roster")
    async def roster(
        request: Request,
        principal: Visitor,
        category: Word = "",
        state: Word = "",
        turn: Word = "",
        page: PageNumber = 1,
    ) -> HTMLResponse:
        return await show_page(request, principal, RosterFilter(category, (state,) if state else (), turn), page)

    @router.post("/registration/roster")
    async def search(
        request: Request,
        principal: Visitor,
        category: Field = "",
        state: Field = "",
        turn: Field = "",
        text: Field = "",
        page: FormPage = 1,
    ) -> HTMLResponse:
        """A name that is looked for is in no address."""
        return await show_page(request, principal, RosterFilter(category, (state,) if state else (), turn, text), page)

    async def show_page(request: Request, principal: Principal, wanted: RosterFilter, page: int) -> HTMLResponse:
        delegation = _delegation(principal)
        empty = await application.show_person.forms(principal, delegation)
        return pages.render(
            request,
            "roster.html",
            principal=principal,
            shown=await application.show_roster.page(principal, delegation, wanted, page),
            wanted=wanted,
            quota={each.category for each in empty.delegation.quotas},
            categories=_categories(empty.conference, request),
        )


def _person(router: APIRouter, application: ListApplication, desk: DeskApplication, pages: Pages) -> None:
    show = application.show_list

    @router.get("/registration/person")
    async def person(request: Request, principal: Visitor, id: Word = "", category: Word = "") -> HTMLResponse:
        delegation = _delegation(principal)
        shown = await application.show_person(principal, id) if id else None
        empty = await application.show_person.forms(principal, delegation)
        quota = await show.quotas(principal, delegation)
        free = next((each.code for each in empty.categories if quota[each.code].left), "")
        chosen = shown.participant.category if shown else category or free
        choose = application.show_roster.page
        drafts = await choose(principal, delegation, RosterFilter(chosen, (State.DRAFT.value,)), rows=CHOICES_MAX)
        # Who may sit in a vehicle with this person.
        others = await choose(principal, delegation, RosterFilter(states=HOLDING), rows=CHOICES_MAX) if shown else None
        permits, marks = await desk.request_permit.of_bearer(principal, id) if shown else ([], {})
        related = {shown.participant.substitutes, shown.participant.substituted_by} if shown else set()
        related |= {who for each in permits for who in each.manifest}
        related |= set(shown.alike) if shown else set()
        known = await show.names(principal, [each for each in related if each])
        new = f"{BASE}/delegations/{delegation}/participants"
        return pages.render(
            request,
            "person.html",
            principal=principal,
            zone=ZoneInfo(empty.conference.timezone),
            person=shown,
            permits=permits,
            marks=marks,
            people=list(others.names) if others else [],
            values=shown.values if shown else {},
            doubts=shown.doubts if shown else (),
            returned=shown.participant.returned_fields if shown else (),
            remarks={each.field: each for each in shown.participant.remarks} if shown else {},
            is_draft=shown is None or shown.participant.state is State.DRAFT,
            empty=empty,
            document_types=[kind.value for kind in DocumentType],
            photo_megabytes=MEGABYTES_MAX,
            photo_megapixels=MEGAPIXELS_MAX,
            category=chosen,
            rules={code: _rules(form) for code, form in empty.forms.items()},
            quota=quota,
            drafts=list(drafts.names),
            names={**drafts.names, **(others.names if others else {}), **known},
            notes=await show.notes(principal, delegation),
            note_required=empty.conference.note_verbale_required,
            action=f"{BASE}/participants/{id}/registration" if shown else new,
        )


def _meetings(router: APIRouter, application: ListApplication, pages: Pages) -> None:
    show = application.show_list

    @router.get("/registration/quota")
    async def quota(request: Request, principal: Visitor) -> HTMLResponse:
        delegation = _delegation(principal)
        waivers, said = await show.waivers(principal, delegation)
        empty = await application.show_person.forms(principal, delegation)
        return pages.render(
            request,
            "quota.html",
            principal=principal,
            scan_megabytes=SCAN_BYTES_MAX // 1024 // 1024,
            delegation=delegation,
            waivers=waivers,
            said=said,
            quota=await show.quotas(principal, delegation),
            notes=await show.notes(principal, delegation),
            categories=_categories(empty.conference, request),
        )

    @router.get("/registration/reconciliation")
    async def reconciliation(
        request: Request, principal: Visitor, category: Word = "", page: PageNumber = 1
    ) -> HTMLResponse:
        delegation = _delegation(principal)
        choose = application.show_roster.page
        drafts = await choose(principal, delegation, RosterFilter(states=(State.DRAFT.value,)), rows=CHOICES_MAX)
        replaceable = (*HOLDING, State.REJECTED.value)
        people = await choose(principal, delegation, RosterFilter(category, replaceable), page, rows=CHOICES_MAX)
        empty = await application.show_person.forms(principal, delegation)
        return pages.render(
            request,
            "reconciliation.html",
            principal=principal,
            delegation=delegation,
            drafts=[each.participant for each in drafts.standings],
            people=[each.participant for each in people.standings],
            shown=people,
            category=category,
            names={**drafts.names, **people.names},
            quota=await show.quotas(principal, delegation),
            notes=await show.notes(principal, delegation),
            note_required=empty.conference.note_verbale_required,
            categories=_categories(empty.conference, request),
        )

    @router.get("/registration/waivers")
    async def waivers(request: Request, principal: Visitor) -> HTMLResponse:
        principal.require(*DECIDERS)
        found, said, notes = await show.waivers_asked(principal)
        decided, answered, more = await show.waivers_asked(principal, decided=True)
        conference = await show.conference()
        language = language_of(request)
        return pages.render(
            request,
            "waivers.html",
            principal=principal,
            zone=ZoneInfo(conference.timezone),
            waivers=found,
            decided=decided,
            said={**said, **answered},
            notes={**notes, **more},
            categories=_categories(conference, request),
            delegations={each.code: each.name.in_language(language) for each in conference.delegations},
        )


def _delegation(principal: Principal) -> str:
    """The visitor's own. Raises RoleRequiredError."""
    principal.require(Role.FOCAL_POINT)
    return principal.delegation_id or ""


def _categories(conference: Conference, request: Request) -> dict[str, str]:
    language = language_of(request)
    return {each.code: each.name.in_language(language) for each in conference.categories}


def _rules(form: CategoryForm) -> dict[str, Any]:
    return {name: form.rule(name).value for name in (*FORM_FIELDS, PHOTO)}
