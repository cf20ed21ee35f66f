"""The page of tokens, for officers, the desk and the armoury's counter."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from services.accreditation.adapters.http import AnyDelegation, PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.show_tokens import TokenFilter
from services.accreditation.domain.token import KEPT_IN_ARMOURY, OF_A_HOLDER, Custody, TokenKind, TokenState
from shared.security.principal import Role
from shared.web.pages import Pages
from shared.web.requests import roles

AnyKind = Annotated[str, Query(pattern=f"^({'|'.join(TokenKind)})?$")]
AnyNumber = Annotated[str, Query(max_length=20)]


def token_pages(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/accreditation", include_in_schema=False)

    @router.get("/tokens", openapi_extra=roles(Role.ACCREDITATION_OFFICER, Role.SUPERVISOR))
    async def tokens(
        request: Request,
        principal: PagePrincipal,
        delegation: AnyDelegation = "",
        kind: AnyKind = "",
        number: AnyNumber = "",
        page: PageNumber = 1,
    ) -> HTMLResponse:
        wanted = TokenFilter(delegation or None, TokenKind(kind) if kind else None, number or None)
        shown = await application.show_tokens(principal, wanted, page=page)
        return pages.render(
            request,
            "tokens.html",
            principal=principal,
            shown=shown,
            found=shown.page,
            delegation=delegation,
            kind=kind,
            number=number,
            is_officer=Role.ACCREDITATION_OFFICER in principal.roles,
            kinds=list(TokenKind),
            of_a_holder=OF_A_HOLDER,
            kept_in_armoury=KEPT_IN_ARMOURY,
            endings=[state for state in TokenState if state is not TokenState.VALID],
            at_holder=Custody.HOLDER,
        )

    return router
