"""Pure ASGI middleware of every service: security headers on each answer, and a bound on each body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooLargeError
from shared.web.languages import language_of
from shared.web.texts import Texts

MEGABYTE: Final = 1024 * 1024
BODY_BYTES_MAX: Final = MEGABYTE

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

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int], texts: Texts) -> None:
        self._app = app
        self._larger = larger
        self._texts = texts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bound = next((size for end, size in self._larger.items() if scope["path"].endswith(end)), BODY_BYTES_MAX)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > bound:
            await self._refuse(bound, scope, receive, send)
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
            await self._refuse(bound, scope, receive, send)

    async def _refuse(self, bound: int, scope: Scope, receive: Receive, send: Send) -> None:
        data = {"megabytes": bound // MEGABYTE}
        code = TooLargeError.code
        problem = {
            "type": f"urn:bawaba:problem:{code}",
            "title": "Content Too Large",
            "detail": self._texts.say(f"{code}.body", language_of(HTTPConnection(scope)), **data),
            "status": TooLargeError.status,
            "code": code,
            "data": data,
        }
        answer = JSONResponse(problem, status_code=TooLargeError.status, media_type="application/problem+json")
        await answer(scope, receive, send)


class _OverBoundError(Exception):
    pass
