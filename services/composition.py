"""Several services in one process: the embedded start's two processes, and the tests', are made here."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from shared.asgi import Build, Part, ProcessApp, alone
from shared.service import Parts, Service
from shared.settings import ServiceSettings
from shared.web.pages import static_files
from shared.world import SYSTEM, World

SERVICES: Final = ("identity", "registration", "accreditation", "session_allocation", "operations", "entrance")
ROOT: Final = Path(__file__).parent


def process_app(names: Sequence[str], *, world: World = SYSTEM, **settings: ServiceSettings) -> ProcessApp:
    """The app of a process with these services; settings that are not given come from the environment."""
    parts = [
        Part(name, settings.get(name) or settings_of(name)(), builder_of(name), serves_root=name == "identity")
        for name in names
    ]
    static = static_files([ROOT / name / "web" / "static" for name in SERVICES])
    return ProcessApp(parts, static=static, world=world)


def single_app(name: str) -> ProcessApp:
    """The app of a process of one service, settings from the environment: as its own `main.py` makes it."""
    static = static_files([ROOT / name / "web" / "static"])
    return alone(name, settings_of(name)(), builder_of(name), static=static, serves_root=name == "identity")


def settings_of(name: str) -> type[ServiceSettings]:
    """The class of a service's settings. A process imports the services that it serves, and no others."""
    module = import_module(f"services.{name}.settings")
    kind: type[ServiceSettings] = getattr(module, f"{name.title().replace('_', '')}Settings")
    return kind


def builder_of(name: str) -> Build:
    """How a service is built."""
    build: Build = import_module(f"services.{name}.bootstrap").build
    return build


@contextlib.asynccontextmanager
async def built(name: str, settings: ServiceSettings, parts: Parts) -> AsyncIterator[Service]:
    """A service that does not run: for its use cases, or for what it says of itself. What building it took is freed."""
    service = await builder_of(name)(settings, parts)
    try:
        yield service
    finally:
        service.close()
        await service.kernel.store.close()
