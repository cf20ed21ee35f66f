"""Passes of telephones' wallets: over HTTP, and the pages from which they are taken."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from services.accreditation.adapters.http import BadgeId, PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.make_wallet_pass import ShownPass
from shared.security.principal import Role
from shared.web.data_url import data_url, jpeg_url
from shared.web.pages import Pages
from shared.web.requests import Caller, roles

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
_TAKES: Final = roles(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)
_PRIVATE: Final = {"Cache-Control": "no-store"}


class GooglePassAnswer(BaseModel):
    """The object, and its class, which must be there once at Google. Without a `link` it is a preview."""

    is_preview: bool
    link: str | None
    ticket_class: dict[str, Any]
    ticket_object: dict[str, Any]


def wallet_routes(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter()
    _add_passes(router, application)
    _add_pages(router, application, pages)
    return router


def _add_passes(router: APIRouter, application: Application) -> None:
    passes = application.make_wallet_pass

    @router.get(
        "/api/accreditation/v1/badges/{badge_id}/wallet/apple",
        tags=["accreditation"],
        openapi_extra=_TAKES,
        response_class=Response,
        responses={200: {"content": {MEDIA_TYPE: {}}}},
    )
    async def apple(principal: Caller, badge_id: BadgeId) -> Response:
        """An active badge as a pass of Apple Wallet; without a certificate an unsigned preview, named so."""
        found = await passes.apple(principal, badge_id)
        name = "badge.pkpass" if found.is_signed else "badge-preview.pkpass"
        headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found.content, media_type=MEDIA_TYPE, headers=headers)

    @router.get("/api/accreditation/v1/badges/{badge_id}/wallet/google", tags=["accreditation"], openapi_extra=_TAKES)
    async def google(principal: Caller, badge_id: BadgeId, response: Response) -> GooglePassAnswer:
        """An active badge as an event ticket of Google Wallet, with the link that saves it."""
        found = await passes.google(principal, badge_id)
        response.headers.update(_PRIVATE)
        return GooglePassAnswer(
            is_preview=found.link is None,
            link=found.link,
            ticket_class=found.ticket_class,
            ticket_object=found.ticket_object,
        )


def _add_pages(router: APIRouter, application: Application, pages: Pages) -> None:
    @router.get("/accreditation/badges/{badge_id}/wallet", include_in_schema=False, openapi_extra=_TAKES)
    async def wallet(request: Request, principal: PagePrincipal, badge_id: BadgeId) -> HTMLResponse:
        shown = await application.make_wallet_pass.shown(principal, badge_id)
        return pages.render(request, "wallet.html", principal=principal, shown=shown, **_pictures(shown))

    @router.get("/accreditation/passes", include_in_schema=False, openapi_extra=roles(Role.FOCAL_POINT))
    async def own_passes(request: Request, principal: PagePrincipal, page: PageNumber = 1) -> HTMLResponse:
        shown = await application.show_badges.in_hands(principal, page=page)
        return pages.render(request, "passes.html", principal=principal, shown=shown, found=shown.page)


def _pictures(shown: ShownPass) -> dict[str, Any]:
    face = shown.pass_face.face
    return {
        "symbol": data_url("image/png", shown.symbol),
        "photo": jpeg_url(face.photo),
        "google_object": json.dumps(shown.google.ticket_object, ensure_ascii=False, indent=1),
    }
