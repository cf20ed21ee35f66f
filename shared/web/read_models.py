"""A service's read models over HTTP, the same for every service: list them, and rebuild one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from shared.messaging.rebuilds import REBUILDERS, Rebuilds
from shared.web.dead_letters import api_path
from shared.web.health import WATCHERS
from shared.web.requests import Caller, TheCommand, roles


class RebuildBody(BaseModel):
    """`swap` puts what was built in the live model's place; without it the two are only compared."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    swap: bool = False


def read_model_routes(service: str, rebuilds: Rebuilds) -> APIRouter:
    router = APIRouter(tags=["read models"])
    base = f"{api_path(service)}/read-models"

    @router.get(base, openapi_extra=roles(*WATCHERS))
    async def read_models(principal: Caller) -> dict[str, Any]:
        """Every read model of this service, with its last rebuild and how far it is."""
        principal.require(*WATCHERS)
        return {"models": await rebuilds.listed()}

    @router.post(f"{base}/{{model}}/rebuild", openapi_extra=roles(*REBUILDERS), status_code=202)
    async def rebuild(
        model: Annotated[str, Path(max_length=60)], body: RebuildBody, principal: Caller, command: TheCommand
    ) -> dict[str, Any]:
        """Build the model again from the log, beside the live one; the answer comes at once, the end is in the list."""
        return await rebuilds.start(principal, model, swap=body.swap, key=command)

    return router
