"""Identity over HTTP: sign-in for browsers and programs, accounts, and the keys that verify our tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, RedirectResponse

from services.identity.application.check_sign_in import SignIn
from services.identity.application.choose_password import ChoosePasswordHandler
from services.identity.application.disable_account import DisableAccountHandler
from services.identity.application.list_ended_sessions import ListEndedSessions
from services.identity.application.open_account import OpenAccount, OpenAccountHandler
from services.identity.application.refresh_session import RefreshSessionHandler
from services.identity.application.sign_in import SignInHandler
from services.identity.application.sign_out import SignOutHandler
from services.identity.domain.account import (
    PASSWORD_CHARS_MAX,
    PasswordToChooseError,
)
from shared.errors import BusyError, InfrastructureError, NotSignedInError, Refusal
from shared.security.principal import Principal, Role
from shared.security.tokens import TokenIssuer
from shared.web.authentication import SESSION_COOKIE, authenticated, page_principal, require_same_origin
from shared.web.languages import COOKIE as LANGUAGE_COOKIE
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles
from shared.web.texts import LANGUAGES

_log = structlog.get_logger(__name__)
EVERYONE = [role for role in Role if role is not Role.SERVICE]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignInBody(_Body):
    """`name` tells people of one shared address apart."""

    email: str = Field(max_length=200)
    name: str = Field(default="", max_length=60)
    password: str = Field(max_length=PASSWORD_CHARS_MAX)


class ChoiceBody(SignInBody):
    chosen: str = Field(max_length=PASSWORD_CHARS_MAX)


class AccountBody(_Body):
    email: str = Field(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")
    password: str = Field(max_length=PASSWORD_CHARS_MAX)
    person_id: str = Field(min_length=1, max_length=100)
    roles: list[Role] = Field(min_length=1, max_length=8)
    delegation: str | None = Field(default=None, max_length=40)
    head: bool = False


class TokenAnswer(BaseModel):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105  the scheme's name
    expires_in: int


@dataclass(frozen=True)
class Web:
    """What the routes need beside the use cases."""

    pages: Pages
    issuer: TokenIssuer
    public_url: str
    entrance_url: str
    secure_cookies: bool


@dataclass(frozen=True)
class Application:
    sign_in: SignInHandler
    sign_out: SignOutHandler
    refresh_session: RefreshSessionHandler
    open_account: OpenAccountHandler
    disable_account: DisableAccountHandler
    choose_password: ChoosePasswordHandler
    list_ended_sessions: ListEndedSessions


def routes(application: Application, web: Web) -> APIRouter:
    router = APIRouter()
    _api(router, application, web)
    _pages(router, application, web)
    return router


def _api(router: APIRouter, application: Application, web: Web) -> None:
    @router.get("/identity/jwks.json", openapi_extra={"x-public": True})
    async def jwks() -> dict[str, Any]:
        """The public keys that verify this installation's tokens (RFC 7517)."""
        return web.issuer.jwks()

    @router.get("/identity/ended-sessions.json", openapi_extra={"x-public": True})
    async def ended_sessions() -> dict[str, Any]:
        """The epoch that a token of an account needs at least, by the account's digest; services look every second."""
        return {"epochs": await application.list_ended_sessions()}

    @router.get("/.well-known/openid-configuration", openapi_extra={"x-public": True})
    async def discovery() -> dict[str, Any]:
        """Where another party finds the keys; signing in elsewhere replaces this service as a whole."""
        return {
            "issuer": web.issuer.issuer,
            "jwks_uri": f"{web.public_url}/identity/jwks.json",
            "id_token_signing_alg_values_supported": ["EdDSA"],
        }

    @router.post("/api/identity/v1/sign-in", openapi_extra={"x-public": True})
    async def sign_in(body: SignInBody, request: Request) -> TokenAnswer:
        """A bearer token for a program that acts for an account."""
        token = await application.sign_in(SignIn(body.email, body.password, _address(request), body.name))
        return TokenAnswer(access_token=token, expires_in=web.issuer.lifetime_s)

    @router.post("/api/identity/v1/password", openapi_extra={"x-public": True})
    async def choose_password(body: ChoiceBody, request: Request) -> TokenAnswer:
        """Choose another password in place of the present one; answers a token, every other session is over."""
        asked = SignIn(body.email, body.password, _address(request), body.name)
        token = await application.choose_password(asked, body.chosen)
        return TokenAnswer(access_token=token, expires_in=web.issuer.lifetime_s)

    @router.post("/api/identity/v1/refresh", openapi_extra=roles(*EVERYONE))
    async def refresh(
        request: Request, response: Response, _principal: Annotated[Principal, Depends(authenticated)]
    ) -> TokenAnswer:
        """A new token of the same session; a browser's cookie is renewed with it."""
        _, _, bearer = request.headers.get("authorization", "").partition(" ")
        cookie = request.cookies.get(SESSION_COOKIE)
        token = await application.refresh_session(bearer or cookie or "")
        if not bearer:
            _set_session(response, token, web)
        return TokenAnswer(access_token=token, expires_in=web.issuer.lifetime_s)

    @router.get("/api/identity/v1/me", openapi_extra=roles(*EVERYONE))
    async def me(principal: Caller) -> dict[str, Any]:
        """Who the caller is here."""
        return {
            "account_id": principal.account_id,
            "roles": sorted(principal.roles),
            "delegation": principal.delegation_id,
        }

    @router.post("/api/identity/v1/accounts", status_code=201, openapi_extra=roles(Role.ADMINISTRATOR))
    async def open_account(
        body: AccountBody, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Open an account."""
        wanted = OpenAccount(
            body.email, body.password, body.person_id, frozenset(body.roles), body.delegation, body.head
        )
        return await application.open_account(principal, wanted, cause, command)

    @router.post(
        "/api/identity/v1/accounts/{account_id}/disable", openapi_extra=roles(Role.ADMINISTRATOR, Role.FOCAL_POINT)
    )
    async def disable(account_id: PathId, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Disable an account; its sessions end within a second, everywhere."""
        return await application.disable_account(principal, account_id, cause, command)


def _pages(router: APIRouter, application: Application, web: Web) -> None:
    @router.get("/", include_in_schema=False)
    async def home(request: Request, principal: Annotated[Principal, Depends(page_principal)]) -> HTMLResponse:
        return web.pages.render(request, "home.html", principal=principal)

    @router.get("/identity/sign-in", include_in_schema=False)
    async def sign_in_page(request: Request, next: str = "/") -> HTMLResponse:
        return _sign_in_page(request, web, next)

    @router.post("/identity/sign-in", include_in_schema=False)
    async def sign_in_form(
        request: Request,
        email: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=PASSWORD_CHARS_MAX)] = "",
        next: Annotated[str, Form(max_length=2000)] = "/",
        name: Annotated[str, Form(max_length=60)] = "",
        chosen: Annotated[str, Form(max_length=PASSWORD_CHARS_MAX)] = "",
    ) -> Response:
        require_same_origin(request)
        asked = SignIn(email, password, _address(request), name)
        try:
            token = await (application.choose_password(asked, chosen) if chosen else application.sign_in(asked))
        except PasswordToChooseError as refused:
            return _sign_in_page(request, web, next, asked=asked, refused=refused, chooses=True)
        except Refusal as refused:
            return _sign_in_page(request, web, next, asked=asked, refused=refused, chooses=bool(chosen))
        response = RedirectResponse(_safe(next, web), status_code=303)
        _set_session(response, token, web)
        return response

    @router.post("/identity/sign-out", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        """Ending a session from elsewhere harms nobody, so the entrance's pages may send this too."""
        try:
            await application.sign_out(request.cookies.get(SESSION_COOKIE, ""))
        except (InfrastructureError, BusyError) as error:
            # The browser forgets the session whether or not that can be written down.
            _log.warning("sign_out_not_told", error=type(error).__name__)
        response = RedirectResponse("/identity/sign-in", status_code=303)
        response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, secure=web.secure_cookies, samesite="lax")
        return response

    @router.get("/identity/language/{language}", include_in_schema=False)
    async def choose_language(language: str, next: str = "/") -> Response:
        response = RedirectResponse(_safe(next, web), status_code=303)
        if language in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 24 * 3600, samesite="lax", path="/")
        return response


def _sign_in_page(
    request: Request,
    web: Web,
    next: str,
    *,
    asked: SignIn | None = None,
    refused: Refusal | None = None,
    chooses: bool = False,
) -> HTMLResponse:
    """The page as it is first seen, or as it comes back: with what was refused, or for choosing a password."""
    return web.pages.render(
        request,
        "sign_in.html",
        status=refused.status if refused else 200,
        next=_safe(next, web),
        asked=asked,
        refused=refused,
        chooses=chooses,
    )


def _set_session(response: Response, token: str, web: Web) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=web.issuer.lifetime_s,
        path="/",
        httponly=True,
        secure=web.secure_cookies,
        samesite="lax",
    )


def _safe(next: str, web: Web) -> str:
    """Where to go after signing in: a path of ours, or a page of the entrance's own address; nowhere else."""
    if next.startswith("/") and not next.startswith(("//", "/\\")):
        return next
    target, entrance = urlsplit(next), urlsplit(web.entrance_url)
    if (target.scheme, target.netloc) == (entrance.scheme, entrance.netloc):
        return next
    return "/"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


__all__ = ["Application", "NotSignedInError", "Web", "routes"]
