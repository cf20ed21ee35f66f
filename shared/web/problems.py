"""Refusals as problem documents (RFC 9457) in the caller's language, or as a page where a person looks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from shared.errors import BusyError, InfrastructureError, Refusal
from shared.web.authentication import SignInRequiredError
from shared.web.languages import language_of
from shared.web.texts import Texts

MEDIA_TYPE: Final = "application/problem+json"
FIELDS_MAX: Final = 50
RETRY_AFTER_S: Final = 2

_log = structlog.get_logger(__name__)
ErrorPage = Callable[[Request, int, str], Response]
_HTTP_CODES: Final = {401: "not_signed_in", 403: "not_permitted", 404: "not_found", 405: "method_not_allowed"}


class Problem(BaseModel):
    """A refusal: a sentence in the caller's language, a stable code, and the data a person needs to act."""

    type: str
    title: str
    detail: str
    status: int
    code: str
    data: dict[str, Any] = {}


# What every operation may answer beside its own: an OpenAPI document says it once for all of them.
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": description, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, description in (
        ("4XX", "Refused; `code` says why and stays the same, `detail` says it in the caller's language."),
        ("503", "Another part is away for the moment: the same request again is right."),
    )
}


def install_problems(app: FastAPI, texts: Texts, error_page: ErrorPage | None = None) -> None:
    """Turn every error of this app into an answer: a sentence, a stable code, and no value of the input."""

    def answer(request: Request, status: int, code: str, data: dict[str, Any], **more: Any) -> Response:
        sentence = texts.say(code, language_of(request), **data)
        if error_page is not None and _wants_page(request):
            return error_page(request, status, sentence)
        document = {
            "type": f"urn:bawaba:problem:{code}",
            "title": HTTPStatus(status).phrase,
            "detail": sentence,
            "status": status,
            "code": code,
            "data": data,
            **more,
        }
        return JSONResponse(document, status_code=status, media_type=MEDIA_TYPE)

    async def refused(request: Request, error: Refusal) -> Response:
        if isinstance(error, SignInRequiredError):
            return RedirectResponse(error.location, status_code=303)
        code = error.code if error.code in texts else _general(error)
        response = answer(request, error.status, code, error.data)
        if isinstance(error, BusyError):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response

    async def invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()[:FIELDS_MAX]
        fields = [{"path": ".".join(str(part) for part in item["loc"]), "code": item["type"]} for item in found]
        return answer(request, 422, "request_invalid", {}, fields=fields)

    async def http(request: Request, error: HTTPException) -> Response:
        code = _HTTP_CODES.get(error.status_code, "refused" if error.status_code < 500 else "unavailable")
        return answer(request, error.status_code, code, {})

    async def away(request: Request, error: InfrastructureError) -> Response:
        _log.warning("unavailable", error=str(error), path=request.scope.get("route") and request.scope["route"].path)
        response = answer(request, 503, "unavailable", {})
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response

    async def unexpected(request: Request, error: Exception) -> Response:
        incident = uuid.uuid4().hex[:12]
        _log.exception("internal", incident=incident, error=type(error).__name__)
        return answer(request, 500, "internal", {"incident": incident})

    app.add_exception_handler(Refusal, refused)  # type: ignore[arg-type]  # Starlette types handlers by Exception
    app.add_exception_handler(RequestValidationError, invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, http)  # type: ignore[arg-type]
    app.add_exception_handler(InfrastructureError, away)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, unexpected)


def _general(error: Refusal) -> str:
    """The nearest general code: a refusal whose own text is missing still says something true."""
    return next(
        kind.code for kind in type(error).__mro__ if issubclass(kind, Refusal) and kind.__module__ == "shared.errors"
    )


def _wants_page(request: Request) -> bool:
    first = request.url.path.split("/", 2)[1]
    return first not in ("api", "internal") and "text/html" in request.headers.get("accept", "")
