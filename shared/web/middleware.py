"""Pure ASGI middleware of every service: security headers on each answer, and a bound on each body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX: Final = 1024 * 1024

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers above; answers are not stored unless they say so themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses a body over its bound while it comes in, before it is held; `larger` gives bounds by path ending."""

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bound = next((size for end, size in self._larger.items() if scope["path"].endswith(end)), BODY_BYTES_MAX)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > bound:
            await _too_large(scope, receive, send)
            return
        received, answered, over = 0, False, False

        async def bounded() -> Message:
            nonlocal received, over
            message = await receive()
            received += len(message.get("body", b""))
            if received > bound:
                over = True
                raise _OverBoundError
            return message

        async def noting(message: Message) -> None:
            nonlocal answered
            if not over:
                answered = True
                await send(message)

        try:
            await self._app(scope, bounded, noting)
        except _OverBoundError:
            pass
        if over and not answered:
            await _too_large(scope, receive, send)


class _OverBoundError(Exception):
    pass


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    problem = {"type": "urn:bawaba:problem:too_large", "title": "Content Too Large", "status": 413, "code": "too_large"}
    await JSONResponse(problem, status_code=413, media_type="application/problem+json")(scope, receive, send)
