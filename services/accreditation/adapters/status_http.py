"""The status list over HTTP: the signed list for every gate, and a report of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.accreditation.application import Application
from shared.security.principal import Role
from shared.security.status_list import MEDIA_TYPE
from shared.web.requests import Caller, roles

PATH: Final = "/api/accreditation/v1/status-list"
_REPORT: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.OPERATOR)
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {}}},
    304: {"description": "the version that the caller has is the current one"},
}


class StatusListAnswer(BaseModel):
    """`latency_ms` is from the last change of a badge to the version that tells of it."""

    version: int
    size_bytes: int
    issued_at: datetime
    age_s: float
    newest_change: datetime | None
    latency_ms: float | None
    key_id: str


def status_routes(application: Application) -> APIRouter:
    router = APIRouter(tags=["status list"])

    @router.get(PATH, openapi_extra={"x-public": True}, response_class=Response, responses=_RESPONSES)
    async def status_list(request: Request) -> Response:
        """The signed list (CWT). It names no person; whoever verifies it may have it from anywhere."""
        published = await application.publish_status_list.current()
        headers = {"ETag": f'"{published.version}"', "Cache-Control": "no-cache"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(published.token, media_type=MEDIA_TYPE, headers=headers)

    @router.get(PATH + "/report", openapi_extra=_REPORT)
    async def report(principal: Caller) -> StatusListAnswer:
        """How large and how fresh the list is."""
        found = await application.publish_status_list.report(principal)
        published = found.published
        return StatusListAnswer(
            version=published.version,
            size_bytes=len(published.token),
            issued_at=published.issued_at,
            age_s=found.age_s,
            newest_change=published.newest_change,
            latency_ms=found.latency_s * 1000 if found.latency_s is not None else None,
            key_id=published.key_id,
        )

    return router
