"""What a restore found a service to have told and forgotten, over HTTP, the same for every service."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from shared.messaging.kernel import Kernel
from shared.messaging.settle_lost_stream import SETTLERS, Outcome, StreamId
from shared.web.dead_letters import api_path
from shared.web.health import WATCHERS
from shared.web.requests import Caller, idempotency, roles


class SettlementBody(BaseModel):
    """Which stream of which restore, and what became of it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    epoch: int = Field(ge=0, le=2**31)
    topic: str = Field(min_length=1, max_length=120)
    key: str = Field(min_length=1, max_length=300)
    outcome: Outcome

    def stream(self) -> StreamId:
        return StreamId(self.epoch, self.topic, self.key)


def lost_window_routes(kernel: Kernel) -> APIRouter:
    router = APIRouter(tags=["lost window"])
    base = f"{api_path(kernel.service)}/lost-window"

    @router.get(base, openapi_extra=roles(*WATCHERS))
    async def lost_window(principal: Caller) -> dict[str, Any]:
        """The streams that were told of between a backup and its restore, and what is to be done about each."""
        principal.require(*WATCHERS)
        return await kernel.lost_window.listed()

    @router.post(f"{base}/settlements", openapi_extra=roles(*SETTLERS), dependencies=[Depends(idempotency)])
    async def settle(body: SettlementBody, principal: Caller) -> dict[str, Any]:
        """Say of one stream that it is dealt with; the audit log has who said so."""
        return await kernel.lost_window(principal, body.stream(), body.outcome)

    return router
