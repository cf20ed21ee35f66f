"""Session allocation over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.session_allocation.application.list_entitled import READERS, ListEntitled
from shared.web.requests import Caller, roles


def routes(list_entitled: ListEntitled) -> APIRouter:
    router = APIRouter()

    @router.get("/api/session-allocation/v1/sessions/{session}/entitled", openapi_extra=roles(*READERS))
    async def entitled(
        session: str, principal: Caller, after: Annotated[str, Query(max_length=60)] = ""
    ) -> dict[str, list[dict[str, str]]]:
        """A page of who may attend the session, by participant id."""
        return {"participants": await list_entitled(principal, session, after=after)}

    return router
