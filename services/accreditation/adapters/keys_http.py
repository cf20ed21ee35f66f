"""The signing keys over HTTP, and their page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.list_signing_keys import SigningKeyView
from services.accreditation.domain.badge_errors import StatusListNotReadyError
from services.accreditation.domain.signing_key import KeyState
from shared.security.principal import Role
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles

KeyIdText = Annotated[str, Path(pattern=r"^[0-9a-f]{6}$")]
_LOOKS: Final = (Role.ADMINISTRATOR, Role.ACCREDITATION_OFFICER, Role.OPERATOR)


class SigningKeyAnswer(BaseModel):
    key_id: str
    state: KeyState
    published_at: datetime
    revoked_at: datetime | None
    live_badges: int

    @classmethod
    def of(cls, view: SigningKeyView) -> Self:
        key = view.key
        return cls(
            key_id=key.key_id,
            state=view.state,
            published_at=key.published_at,
            revoked_at=key.revoked_at,
            live_badges=view.live_badges,
        )


class SigningKeysAnswer(BaseModel):
    rows: list[SigningKeyAnswer]


class SigningKeyStateAnswer(BaseModel):
    key_id: str
    state: KeyState


def keys_routes(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(tags=["signing keys"])

    @router.get("/api/accreditation/v1/signing-keys", openapi_extra=roles(*_LOOKS))
    async def keys(principal: Caller) -> SigningKeysAnswer:
        found = await application.list_signing_keys(principal)
        return SigningKeysAnswer(rows=[SigningKeyAnswer.of(view) for view in found])

    @router.post("/api/accreditation/v1/signing-keys/{key_id}/revocation", openapi_extra=roles(Role.ADMINISTRATOR))
    async def revoke(
        principal: Caller, key_id: KeyIdText, cause: TheCause, command: TheCommand
    ) -> SigningKeyStateAnswer:
        """The key is compromised: no gate trusts it any more, and every badge that it signed is made anew."""
        found = await application.revoke_signing_key(principal, key_id, cause, command)
        return SigningKeyStateAnswer.model_validate(found)

    @router.get("/accreditation/keys", include_in_schema=False, openapi_extra=roles(*_LOOKS))
    async def page(request: Request, principal: PagePrincipal) -> HTMLResponse:
        found = await application.list_signing_keys(principal)
        try:
            status_list = await application.publish_status_list.report(principal)
        except StatusListNotReadyError:
            status_list = None
        return pages.render(request, "keys.html", principal=principal, keys=found, status_list=status_list)

    return router
