"""Renewing a session from a page that another process serves: identity renews, this origin sets the cookie."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, Request, Response

from shared.errors import InfrastructureError
from shared.security.principal import Role
from shared.web.authentication import SESSION_COOKIE
from shared.web.requests import Caller, roles

REFRESH_PATH = "/api/identity/v1/refresh"


def renewal_route(path: str, identity: httpx.AsyncClient, *, secure: bool) -> APIRouter:
    """A route that renews the caller's cookie; a guard's page stays signed in as long as it is open."""
    router = APIRouter()

    @router.post(path, status_code=204, openapi_extra=roles(*(role for role in Role if role is not Role.SERVICE)))
    async def renew(request: Request, principal: Caller) -> Response:
        """Renew the browser's session."""
        del principal
        token = request.cookies.get(SESSION_COOKIE, "")
        response = Response(status_code=204)
        if not token:
            return response
        try:
            answer = await identity.post(REFRESH_PATH, headers={"Authorization": f"Bearer {token}"})
        except httpx.HTTPError as error:
            raise InfrastructureError(f"identity: {type(error).__name__}") from error
        if answer.status_code == 200:
            body = answer.json()
            response.set_cookie(
                SESSION_COOKIE,
                body["access_token"],
                max_age=body["expires_in"],
                path="/",
                httponly=True,
                secure=secure,
                samesite="lax",
            )
        else:
            response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    return router
