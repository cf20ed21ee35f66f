"""Operations over HTTP: the conference file and the live stream."""

from __future__ import annotations

import json
import tomllib
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, StreamingResponse

from services.operations.adapters import words
from services.operations.application.publish_conference import GetConference, PublishConferenceHandler
from services.operations.application.show_health import Health, ShowHealth
from services.operations.application.show_story import ShowStory
from services.operations.application.watch_stream import WATCHERS, WatchStream
from services.operations.domain.errors import ConferenceFileInvalidError, NobodyFoundError
from services.operations.domain.live_stream import Bookmark, Filter, Gap, StreamEvent
from shared.messaging.relay import BACKLOG_COUNTED
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal, token_of
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

PagePrincipal = Annotated[Principal, Depends(page_principal)]
EVERYONE: Final = [role for role in Role if role is not Role.SERVICE]


@dataclass(frozen=True)
class Application:
    publish_conference: PublishConferenceHandler
    get_conference: GetConference
    watch_stream: WatchStream
    show_story: ShowStory
    show_health: ShowHealth


def routes(application: Application, pages: Pages, texts: Texts) -> APIRouter:
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
        """Server-sent events: `event` for each event, `gap` with the exact number that this watcher missed.

        With the id of the last one in `Last-Event-ID` it goes on from there. When operations began anew meanwhile, a
        `gap` whose number is null comes first, and then the recent ones.
        """
        after = _bookmark(request.headers.get("last-event-id", ""))
        wanted = Filter(service, type, delegation, participant_id, gate)
        items = await application.watch_stream(principal, wanted, after=after)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            _lines(items, application.watch_stream.run), media_type="text/event-stream", headers=headers
        )

    @router.get("/api/operations/v1/participants/{participant}/story", openapi_extra=roles(*WATCHERS))
    async def story(participant: Annotated[str, Path(max_length=64)], principal: Caller) -> dict[str, Any]:
        """One person's story by participant id or printed badge number, with what should have followed and did not."""
        return asdict(await application.show_story(principal, participant))

    @router.get("/api/operations/v1/overview", openapi_extra=roles(*WATCHERS))
    async def overview(request: Request, principal: Caller) -> dict[str, Any]:
        """Every service's health, lag, outbox and blocked keys, and each gate's last scan."""
        return asdict(await application.show_health(principal, token_of(request)))

    _add_pages(router, application, pages, texts)
    return router


def _add_pages(router: APIRouter, application: Application, pages: Pages, texts: Texts) -> None:
    @router.get("/operations/stream", include_in_schema=False)
    async def stream_page(request: Request, principal: PagePrincipal) -> HTMLResponse:
        principal.require(*WATCHERS)
        language = language_of(request)
        named = await words.names(application.get_conference, principal, language)
        types = words.event_names(texts, language)
        return pages.render(request, "stream.html", principal=principal, named=named, types=types)

    @router.get("/operations/story", include_in_schema=False)
    async def story_page(
        request: Request, principal: PagePrincipal, participant: Annotated[str, Query(max_length=64)] = ""
    ) -> HTMLResponse:
        principal.require(*WATCHERS)
        found, nobody = None, False
        if participant:
            try:
                found = await application.show_story(principal, participant)
            except NobodyFoundError:
                nobody = True
        language = language_of(request)
        return pages.render(
            request,
            "story.html",
            principal=principal,
            story=found,
            nobody=nobody,
            wanted=participant,
            named=await words.names(application.get_conference, principal, language),
            event=lambda event_type: words.event_name(texts, language, event_type),
            essence=words.essence,
            remainder=words.remainder,
        )

    @router.get("/operations/health", include_in_schema=False)
    async def health_page(request: Request, principal: PagePrincipal) -> HTMLResponse:
        found = await application.show_health(principal, token_of(request))
        named = await words.names(application.get_conference, principal, language_of(request))
        return pages.render(
            request,
            "health.html",
            principal=principal,
            health=found,
            gates=named.gates,
            age=lambda moment: _age(moment, found.seen_at),
            blocked_of=_blocked,
            counted_max=BACKLOG_COUNTED,
            lost_of=_lost,
        )


def _age(moment: datetime | str, now: datetime) -> int:
    """Seconds since a moment; of other services' reports it comes as text."""
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return max(0, int((now - then).total_seconds()))


def _blocked(health: Health) -> list[dict[str, Any]]:
    return [item for report in health.services.values() if report for item in report["blocked"]]


def _lost(health: Health) -> dict[str, int]:
    """What restores have marked over all services, and how much of it waits for a person."""
    reports = [report for report in health.services.values() if report]
    return {"marked": sum(each["lost"] for each in reports), "open": sum(each["lost_open"] for each in reports)}


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


def _bookmark(last: str) -> Bookmark | None:
    """Where a watcher stood, by the id of the last that it had; one that is not of ours is of another run."""
    run, _, number = last.rpartition(":")
    known = run and number.isdecimal() and len(number) < 16
    return (Bookmark(run, int(number)) if known else Bookmark("", 0)) if last else None


async def _lines(items: AsyncIterator[StreamEvent | Gap | None], run: str) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for item in items:
        if item is None:
            yield ": quiet\n\n"
        else:
            kind = "gap" if isinstance(item, Gap) else "event"
            yield f"id: {run}:{item.number}\nevent: {kind}\ndata: {json.dumps(asdict(item))}\n\n"
