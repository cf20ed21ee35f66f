"""Tokens beside the badge, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.accreditation.adapters.answers import Asked, ParticipantId
from services.accreditation.adapters.http import DelegationFilter, PageNumber
from services.accreditation.application import Application
from services.accreditation.application.change_manifest import ChangeManifest
from services.accreditation.application.show_tokens import TokenFilter
from services.accreditation.domain.ports import Page
from services.accreditation.domain.token import MANIFEST_MAX, Custody, Token, TokenFacts, TokenKind, TokenState
from shared.security.principal import Role
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.service_caller import ServiceOrPerson

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Mark = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
TokenId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
NumberFilter = Annotated[str | None, Query(min_length=1, max_length=20)]
Manifest = Annotated[tuple[ParticipantId, ...], Field(max_length=MANIFEST_MAX)]
_OFFICERS: Final = roles(Role.ACCREDITATION_OFFICER)
_LOOKS: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISOR)
_ARMOURY: Final = roles(Role.ACCREDITATION_OFFICER, Role.SUPERVISOR)


class TokenAsked(Asked):
    """`mark` is a vehicle's plate, or the serial of a weapon or radio."""

    kind: TokenKind
    delegation: Code
    holder: ParticipantId | None = None
    mark: Mark | None = None
    manifest: Manifest = ()

    def facts(self) -> TokenFacts:
        return TokenFacts(self.kind, self.delegation, self.holder, self.mark, self.manifest)


class TokenEndingAsked(Asked):
    state: Literal[TokenState.RETURNED, TokenState.LOST, TokenState.REVOKED]


class CustodyAsked(Asked):
    custody: Custody


class ManifestAsked(Asked):
    """`version` is the token's as the officer saw it: one that changed since is refused, with who changed it."""

    manifest: Annotated[Manifest, Field(min_length=1)]
    version: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None


class TokenIssuedAnswer(BaseModel):
    """`printed` is what stands on it."""

    token_id: str
    number: int
    printed: str


class TokenStateAnswer(BaseModel):
    token_id: str
    state: TokenState
    custody: Custody


class TokenAnswer(TokenStateAnswer):
    number: int
    printed: str
    kind: TokenKind
    delegation: str
    holder: str | None
    mark: str | None
    manifest: tuple[str, ...]
    since: datetime
    version: int

    @classmethod
    def of(cls, token: Token) -> Self:
        return cls(
            token_id=token.token_id,
            state=token.state,
            custody=token.custody,
            number=token.number,
            printed=token.printed,
            since=token.since,
            version=token.version,
            **vars(token.facts),
        )


class TokensAnswer(BaseModel):
    rows: list[TokenAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, found: Page[Token]) -> Self:
        rows = [TokenAnswer.of(token) for token in found.rows]
        return cls(rows=rows, page=found.page, pages=found.pages, total=found.total)


class TokenMarkAnswer(BaseModel):
    mark: str | None


def token_routes(application: Application) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1/tokens", tags=["tokens"])

    @router.get("", openapi_extra=_LOOKS)
    async def tokens(
        principal: Caller,
        delegation: DelegationFilter = None,
        kind: TokenKind | None = None,
        number: NumberFilter = None,
        page: PageNumber = 1,
    ) -> TokensAnswer:
        """By kind and number; `number` finds the one with that number on it, like W-48213."""
        wanted = TokenFilter(delegation, kind, number)
        return TokensAnswer.of(await application.show_tokens.listed(principal, wanted, page=page))

    @router.get(
        "/pages.pdf",
        openapi_extra=_OFFICERS,
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    async def printed(
        principal: Caller,
        delegation: DelegationFilter = None,
        kind: TokenKind | None = None,
        number: NumberFilter = None,
        page: PageNumber = 1,
    ) -> Response:
        """The valid ones of that page of the list, to be printed: a vehicle permit has its manifest on the back."""
        content = await application.print_tokens(principal, TokenFilter(delegation, kind, number), page=page)
        headers = {"Content-Disposition": 'inline; filename="tokens.pdf"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/pdf", headers=headers)

    @router.get("/{token_id}/mark", openapi_extra=roles(Role.SERVICE))
    async def mark(principal: ServiceOrPerson, token_id: TokenId) -> TokenMarkAnswer:
        """The plate or serial, for the gates' service and nobody else."""
        return TokenMarkAnswer(mark=await application.read_token_mark(principal, token_id))

    @router.post("", status_code=201, openapi_extra=_OFFICERS)
    async def issue(principal: Caller, asked: TokenAsked, cause: TheCause, command: TheCommand) -> TokenIssuedAnswer:
        found = await application.issue_token(principal, asked.facts(), cause, command)
        return TokenIssuedAnswer.model_validate(found)

    @router.post("/{token_id}/ending", openapi_extra=_OFFICERS)
    async def end(
        principal: Caller, token_id: TokenId, asked: TokenEndingAsked, cause: TheCause, command: TheCommand
    ) -> TokenStateAnswer:
        found = await application.end_token(principal, token_id, asked.state, cause, command)
        return TokenStateAnswer.model_validate(found)

    @router.post("/{token_id}/custody", openapi_extra=_ARMOURY)
    async def custody(
        principal: Caller, token_id: TokenId, asked: CustodyAsked, cause: TheCause, command: TheCommand
    ) -> TokenStateAnswer:
        """Back into the armoury or to the desk, or out to the holder."""
        found = await application.hand_token(principal, token_id, asked.custody, cause, command)
        return TokenStateAnswer.model_validate(found)

    @router.post("/{token_id}/manifest", openapi_extra=_OFFICERS)
    async def manifest(
        principal: Caller, token_id: TokenId, asked: ManifestAsked, cause: TheCause, command: TheCommand
    ) -> TokenStateAnswer:
        """Who may sit in the vehicle, from now on."""
        wanted = ChangeManifest(token_id, asked.manifest, asked.version)
        found = await application.change_manifest(principal, wanted, cause, command)
        return TokenStateAnswer.model_validate(found)

    return router
