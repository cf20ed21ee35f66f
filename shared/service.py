"""What a service is to those who run it: an ASGI app and what runs beside it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI
from starlette.routing import BaseRoute

from shared.messaging.kernel import Kernel
from shared.messaging.rebuild import ReadModel
from shared.messaging.repeat import Repeat
from shared.messaging.subscription import Subscription
from shared.storage import Index
from shared.web.dead_letters import dead_letter_routes
from shared.web.health import health_route
from shared.web.lost_window import lost_window_routes
from shared.web.read_models import read_model_routes
from shared.world import SYSTEM, World


@dataclass(frozen=True)
class Parts:
    """What the composition gives a service: the world, a client for each other service, a pool for CPU work.

    `client(name)` answers an HTTP client whose base URL is the named service, over the network or in this process:
    the service cannot tell.
    """

    client: Callable[[str], httpx.AsyncClient]
    pool: Executor
    world: World = SYSTEM


async def nothing_to_put_right(_restores: int) -> Mapping[str, str]:
    """For a service that gives out no numbers but its streams'."""
    return {}


@dataclass
class Service:
    """One service, built. `app` serves its routes, `running` is its life; `application` is its use cases, for tests and

    the command line.

    A restore calls `after_restore` with the number of restores that lie between the backup and now, this one included:
    numbers that it may have given out since are never given again. It answers what the audit log is to say of it
    beside. `told_again` are its reactions to its own events
    that the restored documents know nothing of. `close` gives back what building it took.
    """

    name: str
    app: FastAPI
    kernel: Kernel
    indexes: Sequence[Index] = ()
    subscriptions: Sequence[Subscription] = ()
    before: Sequence[Callable[[], Awaitable[None]]] = ()
    read_models: Sequence[ReadModel] = ()
    application: object = None
    repeats: Sequence[Repeat] = ()
    beside: Sequence[Callable[[], contextlib.AbstractAsyncContextManager[None]]] = field(default_factory=tuple)
    after_restore: Callable[[int], Awaitable[Mapping[str, str]]] = nothing_to_put_right
    told_again: Sequence[Subscription] = ()
    close: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.kernel.subscribe(self.subscriptions)
        self.app.include_router(health_route(self.kernel))
        self.app.include_router(dead_letter_routes(self.kernel))
        self.app.include_router(lost_window_routes(self.kernel))
        self.rebuilds = self.kernel.rebuilds(self.read_models, self.indexes)
        self.app.include_router(read_model_routes(self.name, self.rebuilds))

    @property
    def routes(self) -> Sequence[BaseRoute]:
        return self.app.routes

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The service's life: indexes, `before` steps, relay and consumers, and what runs `beside` them."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.close)
            await stack.enter_async_context(
                self.kernel.running(indexes=self.indexes, before=self.before, repeats=self.repeats)
            )
            await stack.enter_async_context(self.rebuilds.running())
            for part in self.beside:
                await stack.enter_async_context(part())
            yield
