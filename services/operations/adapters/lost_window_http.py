"""What fell into the lost window, of all services in one place, and the operators' page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from services.operations.adapters import words
from services.operations.adapters.dead_letter_http import PagePrincipal, Service, behalf, passed_on
from services.operations.application.watch_stream import WATCHERS
from services.operations.application.work_through_lost_window import WorkThroughLostWindow
from shared.contracts.topics import ACCREDITATION_PARTICIPANTS, ALLOCATION_PARTICIPANTS, REGISTRATION_PARTICIPANTS
from shared.messaging.settle_lost_stream import SETTLERS, Outcome
from shared.web.languages import language_of
from shared.web.lost_window import SettlementBody
from shared.web.pages import Pages
from shared.web.requests import Caller, idempotency, roles
from shared.web.texts import Texts

_BASE: Final = "/api/operations/v1/console/lost-window"
_ABOUT_PEOPLE: Final = (REGISTRATION_PARTICIPANTS, ACCREDITATION_PARTICIPANTS, ALLOCATION_PARTICIPANTS)


def routes(window: WorkThroughLostWindow, pages: Pages, texts: Texts) -> APIRouter:
    router = APIRouter()

    @router.get(_BASE, openapi_extra=roles(*WATCHERS))
    async def lost_window(request: Request, principal: Caller) -> dict[str, Any]:
        """Of every service what was told between a backup and its restore: what waits for a person, what does not."""
        return asdict(await window.listed(principal, behalf(request)))

    @router.post(
        f"{_BASE}/{{service}}/settlements", openapi_extra=roles(*SETTLERS), dependencies=[Depends(idempotency)]
    )
    async def settle(request: Request, service: Service, body: SettlementBody, principal: Caller) -> Response:
        """Say of one stream of one service that it is dealt with; the audit log has who said so."""
        return passed_on(await window.settle(principal, service, body.model_dump(mode="json"), behalf(request)))

    @router.get("/operations/lost-window", include_in_schema=False)
    async def page(request: Request, principal: PagePrincipal) -> HTMLResponse:
        language = language_of(request)
        return pages.render(
            request,
            "lost_window.html",
            principal=principal,
            view=await window.listed(principal, behalf(request)),
            may_settle=not principal.roles.isdisjoint(SETTLERS),
            outcomes=list(Outcome),
            about_people=_ABOUT_PEOPLE,
            kind=lambda name: words.event_name(texts, language, name) if name.startswith("org.bawaba.") else name,
        )

    return router
