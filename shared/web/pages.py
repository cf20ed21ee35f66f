"""Pages: Jinja templates over one layout, in the reader's language, with assets under their content's hash."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from shared.security.principal import Principal, Role
from shared.web.languages import direction_of, language_of
from shared.web.texts import Texts
from shared.web.waiting import waiting

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
_COMPRESSED: Final = frozenset({".css", ".js", ".svg"})  # fonts and pictures are compressed in themselves
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


class Pages:
    """One service's templates. Output is escaped; a variable that is missing is an error, not an empty string."""

    def __init__(self, texts: Texts, templates: Path, *, public_url: str, entrance_url: str) -> None:
        self._texts = texts
        self._urls = {"main": public_url, "entrance": entrance_url}
        self._environment = Environment(
            loader=FileSystemLoader([templates, TEMPLATES]),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["waiting"] = waiting

    def render(
        self, request: Request, template: str, *, principal: Principal | None = None, status: int = 200, **data: Any
    ) -> HTMLResponse:
        """The page in the reader's language. `t(code, …)` says a text, `asset(name)` gives a file's URL."""
        language = language_of(request)

        def say(code: str, /, **values: Any) -> str:
            return self._texts.say(code, language, **values)

        html = self._environment.get_template(template).render(
            t=say,
            language=language,
            direction=direction_of(language),
            asset=asset_url,
            principal=principal,
            Role=Role,
            here=request.url.path,
            main_url=self._urls["main"],
            entrance_url=self._urls["entrance"],
            **{"renewal": "/api/identity/v1/refresh", **data},
        )
        return HTMLResponse(html, status_code=status)

    def error_page(self, request: Request, status: int, sentence: str) -> Response:
        return self.render(request, "error.html", status=status, sentence=sentence)


class HashedStatic(StaticFiles):
    """Static files under /static; what is asked for under its content's hash may be kept for ever."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except HTTPException as error:
            await Response(status_code=error.status_code)(scope, receive, send)

    def get_path(self, scope: Scope) -> str:
        return super().get_path({**scope, "path": scope["path"].removeprefix("/static")})

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        scope: Scope = args[2]
        if isinstance(response, FileResponse) and Path(response.path).suffix in _COMPRESSED:
            response = _compressed(response, scope)
        response.headers["Cache-Control"] = (
            _IMMUTABLE if scope.get("query_string", b"").startswith(b"v=") else "no-cache"
        )
        return response


def _compressed(response: FileResponse, scope: Scope) -> Response:
    """The file in gzip for whoever takes it.

    Only files that are the same for everybody are compressed. A page or an API's answer may hold personal data beside
    what its request said, and the length of such an answer, compressed, lets one guess the other (BREACH, 2013).
    """
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
        return response
    headers = {name: response.headers[name] for name in ("vary", "last-modified")}
    headers |= {"content-encoding": "gzip", "etag": f"W/{response.headers['etag']}"}
    content = _gzipped(str(response.path), Path(response.path).stat().st_mtime_ns)
    return Response(content, response.status_code, headers, response.media_type)


@lru_cache(maxsize=100)
def _gzipped(path: str, changed_ns: int) -> bytes:
    """A file's content compressed, once for as long as it stays the same."""
    del changed_ns
    return gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0)


def static_files(folders: Sequence[Path]) -> HashedStatic:
    """One mount for the shared assets and every service's own; `asset_url` knows the same folders."""
    app = HashedStatic(directory=STATIC)
    app.all_directories = [STATIC, *folders]
    _folders.extend(folder for folder in folders if folder not in _folders)
    return app


_folders: list[str | Path] = [STATIC]


@cache
def asset_url(name: str) -> str:
    """The URL of an asset with its content's hash. Raises FileNotFoundError."""
    for folder in _folders:
        path = Path(folder) / name
        if path.exists():
            return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    raise FileNotFoundError(name)
