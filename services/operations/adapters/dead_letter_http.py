"""Dead letters over HTTP, of all services in one place, and the operators' page.

The paths begin with `console`: operations, like every service, has dead letters of its own at the plain ones.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.operations.application.ask_services import Answer, OnBehalf
from services.operations.application.mend_dead_letter import MendDeadLetterThere
from services.operations.application.show_dead_letters import ShowDeadLetters
from services.operations.application.watch_stream import WATCHERS
from shared.messaging.mend_dead_letter import MENDERS, Kind, Reason
from shared.security.principal import Principal
from shared.web.authentication import page_principal, token_of
from shared.web.dead_letters import AlikeBody, DiscardBody, LetterId, MendingBody, RetryBody
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.problems import MEDIA_TYPE
from shared.web.requests import Caller, idempotency, roles

PagePrincipal = Annotated[Principal, Depends(page_principal)]
Service = Annotated[str, Path(max_length=40)]
_BASE: Final = "/api/operations/v1/console/dead-letters"
_ONCE: Final = [Depends(idempotency)]


@dataclass(frozen=True)
class DeadLetterDesk:
    show: ShowDeadLetters
    mend: MendDeadLetterThere


def routes(desk: DeadLetterDesk, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get(_BASE, openapi_extra=roles(*WATCHERS))
    async def dead_letters(request: Request, principal: Caller) -> dict[str, Any]:
        """Every service's blocked keys by cause, with how many keys and records each cause holds back."""
        return asdict(await desk.show.listed(principal, behalf(request)))

    @router.get(f"{_BASE}/{{service}}/{{letter_id}}", openapi_extra=roles(*WATCHERS))
    async def dead_letter(request: Request, service: Service, letter_id: LetterId, principal: Caller) -> Response:
        """One letter, and who else has applied its stream how far."""
        return passed_on(await desk.show.one(principal, service, letter_id, behalf(request)))

    @router.post(f"{_BASE}/{{service}}/{{letter_id}}/mendings", openapi_extra=roles(*MENDERS), dependencies=_ONCE)
    async def propose(
        request: Request, service: Service, letter_id: LetterId, body: MendingBody, principal: Caller
    ) -> Response:
        """Try a mending dry and keep it as a proposal; the Idempotency-Key is its id for ever."""
        mending = body.model_dump(mode="json")
        return passed_on(await desk.mend.propose(principal, service, letter_id, mending, behalf(request)))

    @router.post(
        "/api/operations/v1/console/mendings/{service}/{mending_id}/application",
        openapi_extra=roles(*MENDERS),
        dependencies=_ONCE,
    )
    async def apply(
        request: Request, service: Service, mending_id: Annotated[str, Path(max_length=64)], principal: Caller
    ) -> Response:
        """Put a proposal into force, once."""
        return passed_on(await desk.mend.apply(principal, service, mending_id, behalf(request)))

    @router.post(f"{_BASE}/{{service}}/retries", openapi_extra=roles(*MENDERS), dependencies=_ONCE)
    async def retry_alike(request: Request, service: Service, body: RetryBody, principal: Caller) -> Response:
        """Retry the letters of one cause at one service, a hundred at most; the rest is behind `next`."""
        alike = body.model_dump(mode="json")
        return passed_on(await desk.mend.retry_alike(principal, service, alike, behalf(request)))

    @router.post(
        "/api/operations/v1/console/quarantine/{service}/retries",
        openapi_extra=roles(*MENDERS),
        dependencies=_ONCE,
    )
    async def retry_quarantined(request: Request, service: Service, body: AlikeBody, principal: Caller) -> Response:
        """Read again what one service has quarantined for one cause."""
        alike = body.model_dump(mode="json")
        return passed_on(await desk.mend.retry_quarantined(principal, service, alike, behalf(request)))

    @router.post(
        "/api/operations/v1/console/quarantine/{service}/discards",
        openapi_extra=roles(*MENDERS),
        dependencies=_ONCE,
    )
    async def propose_discard(request: Request, service: Service, body: DiscardBody, principal: Caller) -> Response:
        """Propose to drop what one service has quarantined for one cause."""
        discard = body.model_dump(mode="json")
        return passed_on(await desk.mend.propose_discard(principal, service, discard, behalf(request)))

    @router.post(
        "/api/operations/v1/console/discards/{service}/{discard_id}/application",
        openapi_extra=roles(*MENDERS),
        dependencies=_ONCE,
    )
    async def apply_discard(
        request: Request, service: Service, discard_id: Annotated[str, Path(max_length=64)], principal: Caller
    ) -> Response:
        """Drop what a proposal names, once, as the second person."""
        return passed_on(await desk.mend.apply_discard(principal, service, discard_id, behalf(request)))

    @router.get("/operations/dead-letters", include_in_schema=False)
    async def page(
        request: Request,
        principal: PagePrincipal,
        service: Annotated[str, Query(max_length=40)] = "",
        letter: Annotated[str, Query(max_length=600)] = "",
    ) -> HTMLResponse:
        if service and letter:
            found = await desk.show.one(principal, service, letter, behalf(request))
            return pages.render(
                request,
                "dead_letter.html",
                principal=principal,
                service=service,
                letter_id=letter,
                found=found.body if found.status == 200 else None,
                may_mend=not principal.roles.isdisjoint(MENDERS),
                kinds=list(Kind),
                reasons=list(Reason),
            )
        found_all = await desk.show.listed(principal, behalf(request))
        return pages.render(
            request,
            "dead_letters.html",
            principal=principal,
            view=found_all,
            may_mend=not principal.roles.isdisjoint(MENDERS),
            reasons=list(Reason),
        )

    return router


def behalf(request: Request) -> OnBehalf:
    """The caller, for asking another service."""
    return OnBehalf(token_of(request), language_of(request), request.headers.get("idempotency-key", ""))


def passed_on(answer: Answer) -> Response:
    """Another service's answer as it came, its refusals too."""
    media_type = MEDIA_TYPE if answer.status >= 400 else "application/json"
    return JSONResponse(answer.body, status_code=answer.status, media_type=media_type)
