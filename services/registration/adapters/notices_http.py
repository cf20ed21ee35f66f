"""A delegation's notices over HTTP, and their page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse

from services.registration.adapters.list_http import BASE
from services.registration.application.notice_addresses import NoticeAddresses
from services.registration.application.show_list import ShowList
from services.registration.application.show_notices import NoticesShown, ShowNotices
from services.registration.domain.notice import ADDRESSES_MAX
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles

_FOCAL: Final = roles(Role.FOCAL_POINT)
Cursor = Annotated[str, Query(max_length=120)]


class AddressesAsked(BaseModel):
    """Where notices go; an empty list means no e-mail."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    addresses: list[Annotated[str, Field(max_length=300)]] = Field(max_length=2 * ADDRESSES_MAX)


@dataclass(frozen=True)
class NoticesApplication:
    show_notices: ShowNotices
    addresses: NoticeAddresses
    show_list: ShowList


def routes(application: NoticesApplication, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get(BASE + "/delegations/{delegation}/notices", openapi_extra=_FOCAL)
    async def notices(delegation: PathId, principal: Caller, older: Cursor = "", newer: Cursor = "") -> dict[str, Any]:
        """The changes of status that the delegation waits for, the latest first, 50 at a time.

        `older` and `newer` in the answer are what to ask for the next page with; null where there is none.
        """
        return notices_view(await application.show_notices(principal, delegation, older=older, newer=newer))

    @router.post(BASE + "/delegations/{delegation}/notices/seen", openapi_extra=_FOCAL)
    async def seen(delegation: PathId, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Whatever is there now is seen by this account."""
        return await application.show_notices.mark_seen(principal, delegation, cause, command)

    @router.get(BASE + "/delegations/{delegation}/notice-addresses", openapi_extra=_FOCAL)
    async def addresses(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """Where notices go by e-mail."""
        return {"addresses": list(await application.addresses.shown(principal, delegation))}

    @router.put(BASE + "/delegations/{delegation}/notice-addresses", openapi_extra=_FOCAL)
    async def set_addresses(
        delegation: PathId, asked: AddressesAsked, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Say where notices go by e-mail."""
        return await application.addresses.set(principal, delegation, asked.addresses, cause, command)

    @router.get("/registration/notices", include_in_schema=False)
    async def page(
        request: Request,
        principal: Annotated[Principal, Depends(page_principal)],
        older: Cursor = "",
        newer: Cursor = "",
    ) -> HTMLResponse:
        principal.require(Role.FOCAL_POINT)
        delegation = principal.delegation_id or ""
        shown = await application.show_notices(principal, delegation, older=older, newer=newer)
        related = {each.participant_id for each in shown.notices if each.participant_id}
        return pages.render(
            request,
            "notices.html",
            principal=principal,
            zone=ZoneInfo((await application.show_list.conference()).timezone),
            delegation=delegation,
            shown=shown,
            names=await application.show_list.names(principal, related),
            addresses=await application.addresses.shown(principal, delegation),
        )

    return router


def notices_view(shown: NoticesShown) -> dict[str, Any]:
    return {
        "notices": [
            {
                "notice_id": each.notice_id,
                "kind": each.kind.value,
                "participant_id": each.participant_id,
                "at": each.at.isoformat(),
                "is_new": shown.is_new(each),
            }
            for each in shown.notices
        ],
        "older": shown.older,
        "newer": shown.newer,
    }
