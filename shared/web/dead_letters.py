"""A service's dead letters over HTTP, the same for every service: list, look, propose a mending, put it into force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from shared.messaging.dead_letters import Alike
from shared.messaging.kernel import Kernel
from shared.messaging.mend_dead_letter import MENDERS, Kind, Reason
from shared.messaging.record_edit import EDITS_MAX, Edit
from shared.web.health import WATCHERS
from shared.web.requests import Caller, TheCommand, idempotency, roles

Scalar = str | int | float | bool | None
LetterId = Annotated[str, Path(max_length=600)]
_MENDERS: Final = roles(*MENDERS)
_ONCE: Final = [Depends(idempotency)]


class EditBody(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    path: str = Field(min_length=1, max_length=120)
    value: Scalar | list[Scalar] = None
    remove: bool = False


class MendingBody(BaseModel):
    """`reason` is of a closed list; the audit log has it, and the paths that the edits change, without their values."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: Kind
    reason: Reason
    edits: list[EditBody] = Field(default_factory=list, max_length=EDITS_MAX)


class AlikeBody(BaseModel):
    """What failed for the same reason."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    group: str = Field(min_length=1, max_length=120)
    code: str = Field(min_length=1, max_length=120)
    detail: str = Field(default="", max_length=500)

    def alike(self) -> Alike:
        return Alike(self.group, self.code, self.detail)


class RetryBody(AlikeBody):
    """`after` goes on behind the letter that an earlier call named as its `next`."""

    after: str = Field(default="", max_length=600)


class DiscardBody(AlikeBody):
    reason: Reason


def api_path(service: str) -> str:
    return f"/api/{service.replace('_', '-')}/v1"


def dead_letter_routes(kernel: Kernel) -> APIRouter:
    router = APIRouter(tags=["dead letters"])
    base = api_path(kernel.service)

    @router.get(f"{base}/dead-letters", openapi_extra=roles(*WATCHERS))
    async def dead_letters(principal: Caller) -> dict[str, Any]:
        """What failed, by cause with all that it blocks; the keys blocked longest, 500 at most; quarantined records."""
        principal.require(*WATCHERS)
        return {
            "causes": [asdict(cause) for cause in await kernel.dead_letters.causes()],
            "letters": [asdict(letter) for letter in await kernel.dead_letters.listed()],
            "quarantined": [asdict(item) for item in await kernel.dead_letters.quarantined()],
            "discards": await kernel.dead_letters.discards(),
        }

    @router.get(f"{base}/dead-letters/{{letter_id}}", openapi_extra=roles(*WATCHERS))
    async def dead_letter(letter_id: LetterId, principal: Caller) -> dict[str, Any]:
        """Why one key is blocked: codes, field paths and types, what waits behind it; no value of any record."""
        principal.require(*WATCHERS)
        return asdict(await kernel.dead_letters.detail(letter_id))

    @router.post(f"{base}/dead-letters/{{letter_id}}/mendings", openapi_extra=_MENDERS)
    async def propose(letter_id: LetterId, body: MendingBody, principal: Caller, command: TheCommand) -> dict[str, Any]:
        """Try a retry, an edit or a skip dry, and store it as a proposal; nothing is applied."""
        edits = [Edit(item.path, item.value, item.remove) for item in body.edits]
        return await kernel.mend_dead_letter.propose(principal, letter_id, body.kind, edits, body.reason, command)

    @router.post(f"{base}/mendings/{{mending_id}}/application", openapi_extra=_MENDERS, dependencies=_ONCE)
    async def apply(mending_id: Annotated[str, Path(max_length=64)], principal: Caller) -> dict[str, Any]:
        """Put a proposal into force, once; an edit or a skip by another person than who proposed it."""
        return await kernel.mend_dead_letter.apply(principal, mending_id)

    @router.post(f"{base}/dead-letters/retries", openapi_extra=_MENDERS)
    async def retry_alike(body: RetryBody, principal: Caller, command: TheCommand) -> dict[str, Any]:
        """Retry the letters of one cause, a hundred at most, each told in the audit log; the rest is behind `next`."""
        return await kernel.mend_alike.retry(principal, body.alike(), command, after=body.after)

    @router.post(f"{base}/quarantine/retries", openapi_extra=_MENDERS, dependencies=_ONCE)
    async def retry_quarantined(body: AlikeBody, principal: Caller) -> dict[str, Any]:
        """Read again what is quarantined for one cause: what can be read now takes its place in its stream."""
        return await kernel.mend_alike.retry_quarantined(principal, body.alike())

    @router.post(f"{base}/quarantine/discards", openapi_extra=_MENDERS)
    async def propose_discard(body: DiscardBody, principal: Caller, command: TheCommand) -> dict[str, Any]:
        """Propose to drop what is quarantined for one cause; nothing is dropped yet."""
        return await kernel.mend_alike.propose_discard(principal, body.alike(), body.reason, command)

    @router.post(f"{base}/discards/{{discard_id}}/application", openapi_extra=_MENDERS, dependencies=_ONCE)
    async def apply_discard(discard_id: Annotated[str, Path(max_length=64)], principal: Caller) -> dict[str, Any]:
        """Drop the records of a proposal for ever, once; by another person than who proposed it."""
        return await kernel.mend_alike.apply_discard(principal, discard_id)

    @router.get(f"{base}/positions/{{topic}}/{{key:path}}", openapi_extra=roles(*WATCHERS))
    async def positions(
        topic: Annotated[str, Path(max_length=120)], key: Annotated[str, Path(max_length=300)], principal: Caller
    ) -> dict[str, Any]:
        """How far this service's consumer groups have applied a stream."""
        principal.require(*WATCHERS)
        return {"positions": [asdict(item) for item in await kernel.dead_letters.positions(topic, key)]}

    return router
