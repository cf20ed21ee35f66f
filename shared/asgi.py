"""One process that serves one service or several: their lives entered together, their paths under one roof.

A mounted app's lifespan is silently never run, so nothing is mounted: a small router hands each request to the service
whose name is in its path, and this app's own lifespan enters every service's life. `/internal` paths are for calls
between services; where services share a process those calls never leave it, and the public side answers as if the path
did not exist.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import InfrastructureError
from shared.service import Parts, Service
from shared.settings import ServiceSettings
from shared.telemetry.metrics import HTTP_SECONDS
from shared.worker_pool import RestingPool
from shared.world import SYSTEM, World

_log = structlog.get_logger(__name__)
Build = Callable[[Any, Parts], Awaitable[Service]]

CALL_TIMEOUT_S: Final = 30.0
NO_SUCH_PATH: Final = JSONResponse(
    {"type": "urn:bawaba:problem:not_found", "title": "not found", "status": 404, "code": "not_found"},
    status_code=404,
    media_type="application/problem+json",
)


@dataclass(frozen=True)
class Part:
    """A service to be run.

    Its name, its settings and how it is built. `serves_root` takes the paths that name nobody.
    """

    name: str
    settings: ServiceSettings
    build: Build
    serves_root: bool = False


class ProcessApp:
    """The ASGI app of a process. `exposes_internal` is for a service alone behind an ingress that hides `/internal`."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        static: ASGIApp,
        exposes_internal: bool = False,
        world: World = SYSTEM,
    ) -> None:
        self._parts = parts
        self._static = static
        self._exposes_internal = exposes_internal
        self._world = world
        self.services: dict[str, Service] = {}
        self._root: str | None = next((part.name for part in parts if part.serves_root), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        target, label = self._target(scope["path"])
        if scope["type"] != "http":
            await target(scope, receive, send)
            return
        await _measured(target, label, scope, receive, send)

    @contextlib.asynccontextmanager
    async def running(self) -> Any:
        """Build every service and live their lives beside each other."""
        async with contextlib.AsyncExitStack() as stack:
            pool = RestingPool()
            await stack.enter_async_context(pool.running())
            for part in self._parts:
                parts = Parts(client=self._clients(part, stack), pool=pool, world=self._world)
                self.services[part.name] = await part.build(part.settings, parts)
            await stack.enter_async_context(all_running(self.services.values()))
            yield self

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            _log.exception("process_ends", error=type(error).__name__)
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    def _target(self, path: str) -> tuple[ASGIApp, str]:
        segments = path.split("/", 3)
        first = segments[1] if len(segments) > 1 else ""
        if first in ("healthz", "readyz", "metrics"):
            return {"healthz": self._healthz, "readyz": self._readyz, "metrics": self._metrics}[first], "process"
        if first == "static":
            return self._static, "static"
        if first == "internal" and not self._exposes_internal:
            return NO_SUCH_PATH, "none"
        named = segments[2] if first in ("api", "internal") and len(segments) > 2 else first
        service = self.services.get(named.replace("-", "_"))
        if service is None and first not in ("api", "internal") and self._root is not None:
            service = self.services.get(self._root)
        return (service.app, service.name) if service else (NO_SUCH_PATH, "none")

    def _clients(self, part: Part, stack: contextlib.AsyncExitStack) -> Callable[[str], httpx.AsyncClient]:
        def client(name: str) -> httpx.AsyncClient:
            if any(other.name == name for other in self._parts):
                transport: httpx.AsyncBaseTransport = httpx.ASGITransport(app=self._in_process(name))
                base_url = f"http://{name.replace('_', '-')}.internal"
            else:
                transport = httpx.AsyncHTTPTransport(retries=1)
                base_url = part.settings.internal_urls[name]
            made = httpx.AsyncClient(transport=transport, base_url=base_url, timeout=CALL_TIMEOUT_S)
            stack.push_async_callback(made.aclose)
            return made

        return client

    def _in_process(self, name: str) -> Any:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            await self.services[name].app(scope, receive, send)

        return call

    def problems(self) -> dict[str, dict[str, str]]:
        """What keeps services of this process from being live, by service; one that is well is not among them."""
        found = {name: service.kernel.problems() for name, service in self.services.items()}
        return {name: what for name, what in found.items() if what}

    async def _healthz(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._report(self.problems())(scope, receive, send)

    async def _readyz(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = {name: await service.kernel.waits() for name, service in self.services.items()}
        await self._report({name: what for name, what in found.items() if what})(scope, receive, send)

    def _report(self, bad: Mapping[str, Mapping[str, str]]) -> Response:
        body = json.dumps({"services": sorted(self.services), "problems": bad})
        return Response(body, status_code=503 if bad else 200, media_type="application/json")

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)(scope, receive, send)


def alone(
    name: str, settings: ServiceSettings, build: Build, *, static: ASGIApp, serves_root: bool = False
) -> ProcessApp:
    """A process of one service, behind an ingress that keeps `/internal` to the inside."""
    return ProcessApp([Part(name, settings, build, serves_root)], static=static, exposes_internal=True)


@contextlib.asynccontextmanager
async def all_running(services: Collection[Service]) -> AsyncIterator[None]:
    """The lives of several services, begun and ended beside each other, each in a task of its own.

    Raises what kept one of them from beginning; those that had begun are ended then.
    """
    begun: set[str] = set()
    all_begun, leaving = asyncio.Event(), asyncio.Event()

    async def live(service: Service) -> None:
        async with service.running():
            begun.add(service.name)
            if len(begun) == len(services):
                all_begun.set()
            await leaving.wait()

    lives = [asyncio.create_task(live(service), name=f"{service.name}.life") for service in services]
    beginning = asyncio.create_task(all_begun.wait())
    try:
        await asyncio.wait([beginning, *lives], return_when=asyncio.FIRST_COMPLETED)
        if all_begun.is_set():
            yield
    finally:
        beginning.cancel()
        leaving.set()
        ended = await asyncio.gather(*lives, return_exceptions=True)
    for failure in ended:
        if failure is not None:
            raise failure


async def _measured(target: ASGIApp, label: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Time the answer by route template; a database or broker that is away is a 503, whoever noticed."""
    began = time.perf_counter()
    status = 500

    async def noting(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        await send(message)

    try:
        await target(scope, receive, noting)
    except InfrastructureError:
        status = 503
        raise
    finally:
        route = getattr(scope.get("route"), "path", "other")
        HTTP_SECONDS.labels(label, route, str(status)).observe(time.perf_counter() - began)
