"""The pages of the issuance desk and of a delegation's receipts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.accreditation.adapters.http import PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.show_desk import ShownDesk
from shared.security.principal import Role
from shared.web.pages import Pages
from shared.web.requests import roles


def desk_pages(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/accreditation", include_in_schema=False)

    @router.get("/desk", openapi_extra=roles(Role.ACCREDITATION_OFFICER))
    async def desk(request: Request, principal: PagePrincipal, receipts: PageNumber = 1) -> HTMLResponse:
        principal.require(Role.ACCREDITATION_OFFICER)
        shown = await application.show_desk(principal, receipts_page=receipts)
        return pages.render(request, "desk.html", principal=principal, may_sign_on_paper=True, **_values(shown))

    @router.get("/receipts", openapi_extra=roles(Role.FOCAL_POINT))
    async def of_delegation(request: Request, principal: PagePrincipal, receipts: PageNumber = 1) -> HTMLResponse:
        principal.require(Role.FOCAL_POINT)
        shown = await application.show_desk(principal, receipts_page=receipts)
        return pages.render(request, "receipts.html", principal=principal, may_sign_on_paper=False, **_values(shown))

    return router


def _values(shown: ShownDesk) -> dict[str, Any]:
    return vars(shown)
