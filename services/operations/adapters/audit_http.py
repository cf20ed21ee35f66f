"""The audit log over HTTP: head, entries, proofs, the whole as a file, and the page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, StreamingResponse

from services.operations.application.show_audit import ShowAudit, SignedHead
from services.operations.application.verify_audit import AuditReport, VerifyAudit
from services.operations.application.watch_stream import WATCHERS
from services.operations.domain.audit_log import TreeHead
from services.operations.domain.errors import KeptHeadInvalidError, NoTreeHeadError
from shared.security.principal import Principal
from shared.security.signed_note import NoteBrokenError
from shared.web.authentication import page_principal
from shared.web.pages import Pages
from shared.web.requests import Caller, roles

PagePrincipal = Annotated[Principal, Depends(page_principal)]
Index = Annotated[int, Query(ge=0, le=2**53)]
KEPT_CHARS_MAX = 2_000


@dataclass(frozen=True)
class Audit:
    show: ShowAudit
    verify: VerifyAudit


def routes(audit: Audit, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/api/operations/v1/audit/head", openapi_extra=roles(*WATCHERS))
    async def head(principal: Caller) -> dict[str, Any]:
        """The newest signed tree head, as a note to keep, and the public key that it is checked with."""
        return asdict(await audit.show.head(principal))

    @router.get("/api/operations/v1/audit/entries", openapi_extra=roles(*WATCHERS))
    async def entries(
        principal: Caller, before: Index | None = None, facts_only: Annotated[bool, Query()] = False
    ) -> dict[str, Any]:
        """The newest entries, at most fifty."""
        found = await audit.show.latest(principal, before=before, facts_only=facts_only)
        return {"entries": [asdict(entry) for entry in found]}

    @router.get("/api/operations/v1/audit/entries/{event_id}/proof", openapi_extra=roles(*WATCHERS))
    async def inclusion(event_id: Annotated[str, Path(max_length=64)], principal: Caller) -> dict[str, Any]:
        """That an event is in the log, under the newest head (RFC 6962, section 2.1.1)."""
        return asdict(await audit.show.inclusion(principal, event_id))

    @router.get("/api/operations/v1/audit/consistency", openapi_extra=roles(*WATCHERS))
    async def consistency(principal: Caller, first: Index = 1, second: Index = 1) -> dict[str, Any]:
        """That the log of `first` entries is the beginning of the log of `second` (RFC 6962, section 2.1.2)."""
        return asdict(await audit.show.consistency(principal, first, second))

    @router.get("/api/operations/v1/audit/log", openapi_extra=roles(*WATCHERS), response_class=StreamingResponse)
    async def log(principal: Caller) -> StreamingResponse:
        """The whole log, a line of JSON an entry, each signed head where it stands: for `bawaba audit verify`."""
        lines = await audit.show.export(principal)
        headers = {"Content-Disposition": 'attachment; filename="audit-log.jsonl"', "Cache-Control": "no-store"}
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)

    @router.get("/api/operations/v1/audit/verification", openapi_extra=roles(*WATCHERS))
    async def verification(
        principal: Caller, kept: Annotated[str, Query(max_length=KEPT_CHARS_MAX)] = ""
    ) -> dict[str, Any]:
        """Check every entry against the signed heads, and against a head that the caller has kept."""
        return asdict(await _verified(audit, principal, kept))

    @router.get("/operations/audit", include_in_schema=False)
    async def page(
        request: Request,
        principal: PagePrincipal,
        before: Index | None = None,
        all: Annotated[bool, Query()] = False,
        check: Annotated[bool, Query()] = False,
    ) -> HTMLResponse:
        found = await audit.show.latest(principal, before=before, facts_only=not all)
        newest = await _newest(audit, principal)
        report = await _verified(audit, principal, "") if check else None
        return pages.render(
            request,
            "audit.html",
            principal=principal,
            entries=found,
            head=newest,
            signed=TreeHead.parse(audit.show.opened(newest.note)) if newest else None,
            everything=all,
            report=report,
        )

    return router


async def _newest(audit: Audit, principal: Principal) -> SignedHead | None:
    try:
        return await audit.show.head(principal)
    except NoTreeHeadError:
        return None


async def _verified(audit: Audit, principal: Principal, kept: str) -> AuditReport:
    try:
        return await audit.verify(principal, kept)
    except NoteBrokenError:
        raise KeptHeadInvalidError from None
