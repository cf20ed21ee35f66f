"""Session allocation's pages: the programme officer's, and each delegation's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse

from services.session_allocation.adapters.answers import reason_sentence, session_title
from services.session_allocation.application import Application
from services.session_allocation.domain.errors import DraftGoneError
from services.session_allocation.domain.ports import Conference
from services.session_allocation.domain.programme import Session
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.texts import Texts

PagePrincipal = Annotated[Principal, Depends(page_principal)]


def pages_of(application: Application, pages: Pages, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/session-allocation", include_in_schema=False)
    show = application.show_allocation

    @router.get("/programme")
    async def programme(
        request: Request, principal: PagePrincipal, draft: Annotated[str, Query(max_length=60)] = ""
    ) -> HTMLResponse:
        conference, published, rows = await show.programme(principal)
        found, gone = None, False
        if draft:
            try:
                found, _ = await show.draft(principal, draft)
            except DraftGoneError:
                gone = True
        return pages.render(
            request,
            "programme.html",
            principal=principal,
            conference=conference,
            published=published,
            rows=rows,
            draft=found,
            draft_gone=gone,
            sums={item.session: item for item in found.sums} if found else {},
        )

    @router.get("/delegation")
    async def delegation(request: Request, principal: PagePrincipal) -> HTMLResponse:
        principal.require(Role.FOCAL_POINT)
        language = language_of(request)
        view = await show.delegation(principal, principal.delegation_id or "", with_names=True)
        return pages.render(
            request,
            "delegation.html",
            principal=principal,
            view=view,
            closed=_are_wishes_closed(view.conference),
            slots=view.conference.programme.slots(),
            seats={session.code for session in view.conference.programme.allocated},
            choices=_choices,
            part=_part,
            reason=lambda unmet: reason_sentence(unmet, view.conference, texts, language),
            title=lambda code: session_title(view.conference, code, language),
        )

    return router


def _are_wishes_closed(conference: Conference) -> bool:
    return conference.preferences_close is not None and conference.today > conference.preferences_close


def _choices(slot: Sequence[Session], entitled: Sequence[str] | None) -> list[tuple[str, ...]]:
    """The wishes that a person can state for a slot: each session alone, or before the others."""
    codes = [session.code for session in slot if entitled is None or session.code in entitled]
    choices: list[tuple[str, ...]] = []
    for code in codes:
        choices.append((code,))
        if others := tuple(other for other in codes if other != code):
            choices.append((code, *others))
    return choices


def _part(wishes: Sequence[str], slot: Sequence[Session]) -> tuple[str, ...]:
    """Those of the wishes that are in the slot."""
    codes = {session.code for session in slot}
    return tuple(wish for wish in wishes if wish in codes)
