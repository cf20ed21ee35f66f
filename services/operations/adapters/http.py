"""Operations over HTTP: the conference file and the live stream."""

from __future__ import annotations

import json
import tomllib
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, StreamingResponse

from services.operations.application.publish_conference import GetConference, PublishConferenceHandler
from services.operations.application.watch_stream import WATCHERS, WatchStream
from services.operations.domain.errors import ConferenceFileInvalidError
from services.operations.domain.live_stream import Filter, Gap, StreamEvent
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles

EVERYONE: Final = [role for role in Role if role is not Role.SERVICE]


@dataclass(frozen=True)
class Application:
    publish_conference: PublishConferenceHandler
    get_conference: GetConference
    watch_stream: WatchStream


def routes(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.put(
        "/api/operations/v1/conference",
        openapi_extra=roles(Role.ADMINISTRATOR)
        | {"requestBody": {"content": {"application/toml": {}, "application/json": {}}, "required": True}},
    )
    async def publish(request: Request, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Put a conference file (TOML or JSON) into force."""
        principal.require(Role.ADMINISTRATOR)
        return await application.publish_conference(principal, await _file(request), cause, command)

    @router.get("/api/operations/v1/conference", openapi_extra=roles(*EVERYONE))
    async def conference(principal: Caller) -> dict[str, Any]:
        """The conference file in force, with its version."""
        return await application.get_conference(principal)

    @router.get("/api/operations/v1/stream", openapi_extra=roles(*WATCHERS), response_class=StreamingResponse)
    async def stream(
        request: Request,
        principal: Caller,
        service: Annotated[str, Query(max_length=60)] = "",
        type: Annotated[str, Query(max_length=120)] = "",
        delegation: Annotated[str, Query(max_length=60)] = "",
        participant_id: Annotated[str, Query(max_length=60)] = "",
        gate: Annotated[str, Query(max_length=60)] = "",
    ) -> StreamingResponse:
        """Server-sent events: `event` for each event, `gap` with the exact number that this watcher missed."""
        last = request.headers.get("last-event-id", "")
        after = int(last) if last.isdigit() and len(last) < 16 else None
        wanted = Filter(service, type, delegation, participant_id, gate)
        items = await application.watch_stream(principal, wanted, after=after)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_lines(items), media_type="text/event-stream", headers=headers)

    @router.get("/operations/stream", include_in_schema=False)
    async def page(request: Request, principal: Annotated[Principal, Depends(page_principal)]) -> HTMLResponse:
        principal.require(*WATCHERS)
        return pages.render(request, "stream.html", principal=principal)

    return router


async def _file(request: Request) -> dict[str, Any]:
    body = await request.body()
    is_toml = request.headers.get("content-type", "").startswith("application/toml")
    try:
        file = tomllib.loads(body.decode()) if is_toml else json.loads(body)
    except (ValueError, RecursionError) as error:
        where = str(error) if is_toml else "the body is no JSON"
        raise ConferenceFileInvalidError([{"path": "", "message": where[:200]}]) from None
    if not isinstance(file, dict):
        raise ConferenceFileInvalidError([{"path": "", "message": "the file is no table of fields"}])
    return file


async def _lines(items: AsyncIterator[StreamEvent | Gap | None]) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for item in items:
        if item is None:
            yield ": quiet\n\n"
        else:
            kind = "gap" if isinstance(item, Gap) else "event"
            yield f"id: {item.number}\nevent: {kind}\ndata: {json.dumps(asdict(item))}\n\n"
