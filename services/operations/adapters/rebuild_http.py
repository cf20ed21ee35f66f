"""Rebuilding read models over HTTP, of all services in one place, and the operators' page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, Response

from services.operations.adapters.dead_letter_http import PagePrincipal, Service, behalf, passed_on
from services.operations.application.rebuild_read_models import RebuildReadModels
from services.operations.application.watch_stream import WATCHERS
from shared.messaging.rebuilds import REBUILDERS, RUNNING
from shared.web.pages import Pages
from shared.web.read_models import RebuildBody
from shared.web.requests import Caller, idempotency, roles

_BASE: Final = "/api/operations/v1/console/read-models"


def routes(rebuild: RebuildReadModels, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get(_BASE, openapi_extra=roles(*WATCHERS))
    async def read_models(request: Request, principal: Caller) -> dict[str, Any]:
        """Every service's read models, each with its last rebuild and how far it is."""
        return asdict(await rebuild.listed(principal, behalf(request)))

    @router.post(
        f"{_BASE}/{{service}}/{{model}}/rebuild",
        openapi_extra=roles(*REBUILDERS),
        status_code=202,
        dependencies=[Depends(idempotency)],
    )
    async def start(
        request: Request,
        service: Service,
        model: Annotated[str, Path(max_length=60)],
        body: RebuildBody,
        principal: Caller,
    ) -> Response:
        """Build a model again from the log beside the live one, compare, and swap it in if that was asked."""
        return passed_on(await rebuild.start(principal, service, model, behalf(request), swap=body.swap))

    @router.get("/operations/rebuild", include_in_schema=False)
    async def page(request: Request, principal: PagePrincipal) -> HTMLResponse:
        view = await rebuild.listed(principal, behalf(request))
        return pages.render(
            request,
            "rebuild.html",
            principal=principal,
            view=view,
            running=RUNNING,
            may_rebuild=not principal.roles.isdisjoint(REBUILDERS),
        )

    return router
