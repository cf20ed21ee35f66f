"""Named accounts at a delegation's shared address, over HTTP and as a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse

from services.identity.application.draw_password import DrawPasswordHandler
from services.identity.application.open_named_account import Opened, OpenNamedAccount, OpenNamedAccountHandler
from services.identity.application.show_delegation_accounts import ShowDelegationAccounts
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles

BASE = "/api/identity/v1/delegations/{delegation}/accounts"
MANAGERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)
Delegation = Annotated[str, Path(min_length=1, max_length=40)]


@dataclass(frozen=True)
class NamedApplication:
    open: OpenNamedAccountHandler
    draw_password: DrawPasswordHandler
    show: ShowDelegationAccounts


class NamedAccountBody(BaseModel):
    """`email` is the shared address: an administrator gives it, a head focal point's is their own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    full_name: str = Field(min_length=1, max_length=200, pattern=r"\S")
    sign_in_name: str = Field(min_length=1, max_length=60)
    email: str | None = Field(default=None, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")
    head: bool = False


def routes(application: NamedApplication, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get(BASE, openapi_extra=roles(*MANAGERS))
    async def accounts(delegation: Delegation, principal: Caller) -> dict[str, Any]:
        """Who signs in for the delegation."""
        return asdict(await application.show(principal, delegation))

    @router.post(BASE, status_code=201, openapi_extra=roles(*MANAGERS))
    async def open_account(
        delegation: Delegation, body: NamedAccountBody, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Open an account for a named person; the password that was drawn for them is answered this once."""
        asked = OpenNamedAccount(delegation, body.full_name.strip(), body.sign_in_name, body.email, body.head)
        return _view(await application.open(principal, asked, cause, command))

    @router.post("/api/identity/v1/accounts/{account_id}/password", openapi_extra=roles(*MANAGERS))
    async def draw(account_id: PathId, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Draw another password for somebody who lost theirs; answered this once, and their sessions are over."""
        return _view(await application.draw_password(principal, account_id, cause, command))

    @router.get("/identity/people", include_in_schema=False)
    async def page(
        request: Request,
        principal: Annotated[Principal, Depends(page_principal)],
        delegation: Annotated[str, Query(max_length=40)] = "",
    ) -> HTMLResponse:
        principal.require(*MANAGERS)
        wanted = principal.delegation_id or delegation
        shown = await application.show(principal, wanted) if wanted else None
        return pages.render(request, "people.html", principal=principal, shown=shown)

    return router


def _view(opened: Opened) -> dict[str, Any]:
    return {"account_id": opened.account_id, "password": opened.password}
