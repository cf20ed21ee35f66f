"""Accreditation's pages, `/accreditation/…`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from services.accreditation.adapters.http import AnyDelegation, PageNumber
from services.accreditation.application import Application
from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.decision import ReleasableCode
from services.accreditation.domain.step import InternalCode
from shared.security.personal_data import FIELDS
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.pages import Pages
from shared.web.requests import roles

PagePrincipal = Annotated[Principal, Depends(page_principal)]

_OFFICERS: Final = roles(Role.ACCREDITATION_OFFICER)


def pages_of(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/accreditation", include_in_schema=False)

    @router.get("/queue", openapi_extra=_OFFICERS)
    async def queue(
        request: Request, principal: PagePrincipal, delegation: AnyDelegation = "", page: PageNumber = 1
    ) -> HTMLResponse:
        found = await application.show_queue(principal, delegation=delegation or None, page=page)
        return pages.render(
            request,
            "queue.html",
            principal=principal,
            found=found,
            urgent=await application.show_queue.urgent(principal),
            conference=await application.show_queue.conference(),
            delegation=delegation,
            releasable_codes=[code.value for code in ReleasableCode],
            internal_codes=[code.value for code in InternalCode],
            fields=FIELDS,
        )

    @router.get("/badges", openapi_extra=_OFFICERS)
    async def badges(
        request: Request,
        principal: PagePrincipal,
        delegation: AnyDelegation = "",
        state: BadgeState | Literal[""] = "",
        unprinted: bool = False,
        page: PageNumber = 1,
    ) -> HTMLResponse:
        wanted = BadgeState(state) if state else None
        shown = await application.show_badges(
            principal, delegation=delegation or None, page=page, state=wanted, unprinted=unprinted
        )
        chosen: dict[str, Any] = {"delegation": delegation, "state": state, "unprinted": unprinted}
        return pages.render(
            request,
            "badges.html",
            principal=principal,
            shown=shown,
            found=shown.page,
            states=[each.value for each in BadgeState],
            asked={name: value for name, value in chosen.items() if value},
            **chosen,
        )

    return router
