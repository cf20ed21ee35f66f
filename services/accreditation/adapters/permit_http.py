"""Requests for weapons, radios and vehicles: API and page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from services.accreditation.adapters.answers import Asked
from services.accreditation.adapters.http import AnyDelegation, DelegationFilter, PageNumber
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.decide_permit import DecidePermit
from services.accreditation.domain.permit_request import PermitRefusal, PermitRequest, PermitRequestState
from services.accreditation.domain.ports import Page
from services.accreditation.domain.token import TokenKind
from services.accreditation.domain.token_errors import PermitRefusalRequiredError
from shared.security.principal import Role
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles

RequestId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
_OFFICERS: Final = roles(Role.ACCREDITATION_OFFICER)
_LOOKS: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)


class PermitDecisionAsked(Asked):
    """A refusal has a reason, which the delegation is told."""

    decision: Literal["approve", "refuse"]
    reason: PermitRefusal | None = None

    def refusal(self) -> PermitRefusal | None:
        """Raises PermitRefusalRequiredError."""
        if self.decision == "refuse" and self.reason is None:
            raise PermitRefusalRequiredError
        return self.reason if self.decision == "refuse" else None


class PermitDecisionAnswer(BaseModel):
    request_id: str
    state: PermitRequestState
    token_id: str | None = None
    number: int | None = None


class PermitRequestAnswer(PermitDecisionAnswer):
    """Without serial or plate, which are in the vault."""

    participant_id: str
    delegation: str
    kind: TokenKind
    manifest: tuple[str, ...]
    asked_at: datetime
    refusal: PermitRefusal | None

    @classmethod
    def of(cls, request: PermitRequest) -> Self:
        return cls(
            request_id=request.request_id,
            state=request.state,
            token_id=request.token_id,
            number=request.number,
            participant_id=request.subject.participant_id,
            delegation=request.subject.delegation,
            kind=request.kind,
            manifest=request.manifest,
            asked_at=request.asked_at,
            refusal=request.refusal,
        )


class PermitRequestsAnswer(BaseModel):
    rows: list[PermitRequestAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, found: Page[PermitRequest]) -> Self:
        rows = [PermitRequestAnswer.of(request) for request in found.rows]
        return cls(rows=rows, page=found.page, pages=found.pages, total=found.total)


def permit_routes(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(tags=["tokens"])
    base = "/api/accreditation/v1/permit-requests"

    @router.get(base, openapi_extra=_LOOKS)
    async def requests(
        principal: Caller,
        delegation: DelegationFilter = None,
        state: PermitRequestState | None = None,
        page: PageNumber = 1,
    ) -> PermitRequestsAnswer:
        """What delegations ask for, the longest waiting first."""
        found = await application.show_permit_requests.listed(principal, delegation=delegation, state=state, page=page)
        return PermitRequestsAnswer.of(found)

    @router.post(base + "/{request_id}/decision", openapi_extra=_OFFICERS)
    async def decide(
        principal: Caller, request_id: RequestId, asked: PermitDecisionAsked, cause: TheCause, command: TheCommand
    ) -> PermitDecisionAnswer:
        """Approve, which issues the permit, or refuse with a reason."""
        principal.require(Role.ACCREDITATION_OFFICER)
        wanted = DecidePermit(request_id, asked.refusal())
        return PermitDecisionAnswer.model_validate(await application.decide_permit(principal, wanted, cause, command))

    @router.get("/accreditation/permits", include_in_schema=False, openapi_extra=_OFFICERS)
    async def page(
        request: Request,
        principal: PagePrincipal,
        delegation: AnyDelegation = "",
        state: Annotated[PermitRequestState, Query()] = PermitRequestState.OPEN,
        page: PageNumber = 1,
    ) -> HTMLResponse:
        shown = await application.show_permit_requests(principal, delegation=delegation or None, state=state, page=page)
        return pages.render(
            request,
            "permits.html",
            principal=principal,
            permits=shown,
            found=shown.page,
            delegation=delegation,
            state=state,
            states=list(PermitRequestState),
            permit_refusals=list(PermitRefusal),
        )

    return router
