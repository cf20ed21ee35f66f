"""What an operation takes from a request beside its body: cause, idempotency key, and who may call it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import Depends, Path, Request

from shared.errors import InvalidError
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role
from shared.web.authentication import authenticated
from shared.world import SYSTEM

_TRACEPARENT: Final = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")
_KEY: Final = re.compile(r"^[\x21-\x7e]{8,128}$")


@dataclass(eq=False)
class IdempotencyKeyMissingError(InvalidError):
    code: ClassVar[str] = "idempotency_key_missing"


Caller = Annotated[Principal, Depends(authenticated)]
# An id or a code in a path: none of ours is longer, and what is longer is refused before anybody looks for it.
PathId = Annotated[str, Path(min_length=1, max_length=64)]


def request_cause(request: Request, principal: Caller) -> Cause:
    """The story this request begins or continues.

    The trace id of a well-formed `traceparent` (W3C Trace Context), else new.
    """
    traceparent = request.headers.get("traceparent", "")
    if not _TRACEPARENT.match(traceparent):
        trace, span = SYSTEM.random_bytes(16).hex(), SYSTEM.random_bytes(8).hex()
        traceparent = f"00-{trace}-{span}-00"
    return Cause(traceparent.split("-")[1], None, traceparent, principal.account_id)


async def idempotency(request: Request, principal: Caller) -> CommandKey:
    """The caller's Idempotency-Key with a fingerprint of method, path and body. Raises IdempotencyKeyMissingError."""
    key = request.headers.get("idempotency-key", "")
    if not _KEY.match(key):
        raise IdempotencyKeyMissingError
    digest = hashlib.sha256(f"{request.method} {request.url.path}\0".encode())
    digest.update(await _comparable_body(request))
    return CommandKey(principal.account_id, key, digest.hexdigest())


async def _comparable_body(request: Request) -> bytes:
    """The body as it came; of an upload that the operation has read as a form, its parts, for each sending draws
    another boundary.
    """
    try:
        return await request.body()
    except RuntimeError:  # the form was read from the stream already
        pass
    digest = hashlib.sha256()
    for name, value in (await request.form()).multi_items():
        content = value.encode() if isinstance(value, str) else await value.read()
        if not isinstance(value, str):
            await value.seek(0)
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.digest()


TheCause = Annotated[Cause, Depends(request_cause)]
TheCommand = Annotated[CommandKey, Depends(idempotency)]


def roles(*allowed: Role) -> dict[str, Any]:
    """For `openapi_extra`: who may call the operation. The application layer enforces the same; a test compares."""
    return {"x-roles": sorted(allowed)}
