"""Every service's OpenAPI document without a database or a broker: composed on secrets of its own, and thrown away."""

from __future__ import annotations

import asyncio
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from deploy.local.installation import Addresses, make_secrets, service_values
from deploy.local.provision import ServiceAccess
from services.composition import SERVICES, built, settings_of
from shared.contracts.conference import Conference
from shared.service import Parts
from shared.world import SYSTEM

NOWHERE = "http://localhost"


@cache
def documents(conference_file: Path) -> dict[str, dict[str, Any]]:
    """Each service's document, as it serves it at `/api/<service>/openapi.json`."""
    conference = Conference.model_validate(tomllib.loads(conference_file.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="bawaba-openapi-") as folder:
        make_secrets(Path(folder), conference)
        return asyncio.run(_documents(Path(folder)))


async def _documents(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    with ThreadPoolExecutor(1) as pool:
        parts = Parts(client=lambda _name: httpx.AsyncClient(), pool=pool, world=SYSTEM)
        for name in SERVICES:
            # Nothing is called: drivers and clients connect when they are used for the first time.
            access = ServiceAccess("mongodb://localhost/", name, "localhost:9092", name, "", "")
            values = service_values(
                name, access, folder=folder, namespace="openapi", addresses=Addresses(NOWHERE, NOWHERE), instance=""
            )
            make: type[Any] = settings_of(name)
            async with built(name, make(**values), parts) as service:
                found[name] = service.app.openapi()
    return found
