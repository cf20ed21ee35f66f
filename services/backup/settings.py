"""Which services an installation has, and how to reach them: by the environment, by their secrets, or by its folder."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Final

from deploy.local.installation import Addresses, service_values
from deploy.local.processes import PortInUseError, StartError, require_free
from deploy.local.provision import DEFAULT_NAMESPACE, provision
from deploy.local.stack import LocalStack
from services.composition import SERVICES, settings_of
from shared.settings import SETTINGS_FILE, ServiceSettings, settings_file

_HERE: Final = Addresses("http://localhost:8480", "http://localhost:8481")


def settings_from_environment() -> dict[str, ServiceSettings]:
    """Every service's. Raises pydantic's ValidationError, which names what is missing and shows no value."""
    return {name: _made(name) for name in SERVICES}


def settings_from_secrets(folder: Path) -> dict[str, ServiceSettings]:
    """Those of containers: each service's folder of secrets, mounted under one, has its settings in `settings`.

    Raises OSError where one is missing, pydantic's ValidationError.
    """
    for name in SERVICES:
        os.environ.update(settings_file(folder / name / SETTINGS_FILE))
    return {name: _made(name, secrets_folder=folder / name) for name in SERVICES}


@contextlib.asynccontextmanager
async def installation(data: Path, libs: Path, ports: Mapping[str, int]) -> AsyncIterator[dict[str, ServiceSettings]]:
    """Those of an installation in a folder, as `bawaba run` keeps it; its engines are started if they are not running.

    Raises StartError, PortInUseError.
    """
    if not (data / "secrets").is_dir():
        raise StartError(f"{data} is no installation's folder")
    stack = LocalStack(data, libs, mongo_port=ports["mongo"], kafka_port=ports["kafka"], cache_gb=0.25)
    try:
        require_free(ports["mongo"], "MongoDB")
    except PortInUseError:
        access, is_ours = stack.access, False
    else:
        access, is_ours = await stack.start(lambda _line: None), True
    try:
        made = await provision(access)
        folder = data / "secrets" / "services"
        yield {
            name: _made(
                name,
                **service_values(
                    name,
                    made[name],
                    folder=folder,
                    namespace=DEFAULT_NAMESPACE,
                    addresses=_HERE,
                    instance="backup",
                ),
            )
            for name in SERVICES
        }
    finally:
        if is_ours:
            await asyncio.to_thread(stack.stop)


def _made(name: str, **values: object) -> ServiceSettings:
    make: Callable[..., ServiceSettings] = settings_of(name)
    return make(**values)
