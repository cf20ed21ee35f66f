"""The pages of the work on dossiers: one dossier, the next one, watchlists and alerts."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.accreditation.adapters.answers import ParticipantId
from services.accreditation.adapters.dossier_http import PathParticipant
from services.accreditation.adapters.http import DelegationFilter, PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.show_dossier import ShownDossier
from services.accreditation.domain.alert import AlertState
from services.accreditation.domain.decision import ReleasableCode
from services.accreditation.domain.permit_request import PermitRefusal
from services.accreditation.domain.step import InternalCode
from shared.security.personal_data import FIELDS
from shared.security.principal import Role
from shared.web.data_url import jpeg_url
from shared.web.pages import Pages
from shared.web.requests import roles

_OFFICERS: Final = roles(Role.ACCREDITATION_OFFICER)
_SHOWN_FIELDS: Final = tuple(field for field in FIELDS if field not in ("photo", "email", "phone"))


def dossier_pages(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/accreditation", include_in_schema=False)

    @router.get("/dossiers/{participant_id}", openapi_extra=_OFFICERS)
    async def dossier(
        request: Request, principal: PagePrincipal, participant_id: PathParticipant, delegation: DelegationFilter = None
    ) -> HTMLResponse:
        shown = await application.show_dossier(principal, participant_id)
        permits = await application.show_permit_requests.of_bearer(principal, participant_id)
        return pages.render(
            request, "dossier.html", principal=principal, delegation=delegation, permits=permits, **_values(shown)
        )

    @router.get("/next", openapi_extra=_OFFICERS)
    async def next_dossier(
        principal: PagePrincipal,
        delegation: DelegationFilter = None,
        after: Annotated[ParticipantId | None, Query()] = None,
    ) -> Response:
        """To the next dossier that the officer can decide on, or to the queue when there is none."""
        found = await application.show_dossier.next(principal, delegation=delegation, after=after)
        place = f"/accreditation/dossiers/{found}" if found else "/accreditation/queue"
        return RedirectResponse(f"{place}?delegation={delegation}" if delegation else place, status_code=303)

    @router.get("/watchlists", openapi_extra=roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR))
    async def watchlists(request: Request, principal: PagePrincipal) -> HTMLResponse:
        shown = await application.list_watchlists(principal)
        return pages.render(request, "watchlists.html", principal=principal, shown=shown)

    @router.get("/alerts", openapi_extra=_OFFICERS)
    async def alerts(
        request: Request,
        principal: PagePrincipal,
        state: Annotated[AlertState, Query()] = AlertState.OPEN,
        page: PageNumber = 1,
    ) -> HTMLResponse:
        shown = await application.list_alerts.named(principal, state=state, page=page)
        return pages.render(
            request,
            "alerts.html",
            principal=principal,
            shown=shown,
            found=shown.page,
            state=state,
            states=list(AlertState),
        )

    return router


def _values(shown: ShownDossier) -> dict[str, Any]:
    person = shown.named.person
    return {
        "shown": shown,
        "dossier": shown.dossier,
        "person": person,
        "photo": jpeg_url(person.photo) if person is not None else None,
        "texts": shown.texts,
        "shown_fields": _SHOWN_FIELDS,
        "fields": FIELDS,
        "releasable_codes": [code.value for code in ReleasableCode],
        "internal_codes": [code.value for code in InternalCode],
        "permit_refusals": list(PermitRefusal),
    }
