"""The focal points' pages: overview, roster, one person, quota, reconciliation; and the officers' page of waivers."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse

from services.registration.adapters.desk_http import DeskApplication
from services.registration.adapters.list_answers import FORM_FIELDS
from services.registration.adapters.list_http import BASE, ListApplication
from services.registration.application.decide_waiver import DECIDERS
from services.registration.application.show_list import Filter, filtered
from services.registration.domain.participant import BadgeStatus, State
from services.registration.domain.registration_form import PHOTO, Form
from shared.contracts.conference import Conference
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages

Visitor = Annotated[Principal, Depends(page_principal)]
Word = Annotated[str, Query(max_length=100)]


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
        everybody = await show.standings(principal, delegation)
        active = sum(each.participant.badge is BadgeStatus.ACTIVE for each in everybody)
        names = await show.names(principal, [each.participant for each in everybody])
        categories = _categories(view.conference, request)
        return pages.render(
            request,
            "overview.html",
            principal=principal,
            zone=ZoneInfo(view.conference.timezone),
            view=view,
            names=names,
            active=active,
            categories=categories,
        )

    @router.get("/registration/roster")
    async def roster(
        request: Request,
        principal: Visitor,
        category: Word = "",
        state: Word = "",
        turn: Word = "",
        text: Word = "",
    ) -> HTMLResponse:
        delegation = _delegation(principal)
        everybody = await show.standings(principal, delegation)
        names = await show.names(principal, [each.participant for each in everybody])
        wanted = Filter(category, state, turn, text)
        empty = await application.show_person.forms(principal, delegation)
        return pages.render(
            request,
            "roster.html",
            principal=principal,
            shown=filtered(everybody, names, wanted),
            all=len(everybody),
            names=names,
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
        everybody = [each.participant for each in await show.standings(principal, delegation)]
        quota = await show.quotas(principal, delegation)
        free = next((each.code for each in empty.categories if quota[each.code].left), "")
        chosen = shown.participant.category if shown else category or free
        drafts = [each for each in everybody if each.state is State.DRAFT and each.category == chosen]
        related: set[str | None] = {each.participant_id for each in drafts}
        related |= {shown.participant.substitutes, shown.participant.substituted_by} if shown else set()
        known = await show.names(
            principal, [each for each in everybody if each.participant_id in related or each.holds_place]
        )
        permits, marks = await desk.request_permit.of_bearer(principal, id) if shown else ([], {})
        people = [each for each in everybody if each.holds_place]
        new = f"{BASE}/delegations/{delegation}/participants"
        return pages.render(
            request,
            "person.html",
            principal=principal,
            zone=ZoneInfo(empty.conference.timezone),
            person=shown,
            permits=permits,
            marks=marks,
            people=[each.participant_id for each in people],
            values=shown.values if shown else {},
            returned=shown.participant.returned_fields if shown else (),
            remarks={each.field: each for each in shown.participant.remarks} if shown else {},
            is_draft=shown is None or shown.participant.state is State.DRAFT,
            empty=empty,
            category=chosen,
            rules={code: _rules(form) for code, form in empty.forms.items()},
            quota=quota,
            drafts=[each.participant_id for each in drafts],
            names=known,
            notes=await show.notes(principal, delegation),
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
            delegation=delegation,
            waivers=waivers,
            said=said,
            quota=await show.quotas(principal, delegation),
            notes=await show.notes(principal, delegation),
            categories=_categories(empty.conference, request),
        )

    @router.get("/registration/reconciliation")
    async def reconciliation(request: Request, principal: Visitor) -> HTMLResponse:
        delegation = _delegation(principal)
        everybody = [each.participant for each in await show.standings(principal, delegation)]
        empty = await application.show_person.forms(principal, delegation)
        return pages.render(
            request,
            "reconciliation.html",
            principal=principal,
            delegation=delegation,
            drafts=[each for each in everybody if each.state is State.DRAFT],
            people=[each for each in everybody if each.can_be_substituted],
            names=await show.names(principal, everybody),
            quota=await show.quotas(principal, delegation),
            notes=await show.notes(principal, delegation),
            categories=_categories(empty.conference, request),
        )

    @router.get("/registration/waivers")
    async def waivers(request: Request, principal: Visitor) -> HTMLResponse:
        principal.require(*DECIDERS)
        found, said = await show.waivers_asked(principal)
        conference = await show.conference()
        language = language_of(request)
        return pages.render(
            request,
            "waivers.html",
            principal=principal,
            zone=ZoneInfo(conference.timezone),
            waivers=found,
            said=said,
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


def _rules(form: Form) -> dict[str, Any]:
    return {name: form.rule(name).value for name in (*FORM_FIELDS, PHOTO)}
