from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from deploy.local.provision import accesses, drop_databases, provision_mongo
from deploy.local.stack import AdminAccess
from shared.storage import Database, DriverName, Store
from shared.testing.memory.driver import MemoryDriver
from shared.testing.memory.server import Server
from tests.conftest import Namespace
from tests.support.backend import DRIVERS

SERVICE = "registration"
MEMORY: Final = "memory"


@pytest.fixture
async def namespace(stack: AdminAccess, tmp_path: Path) -> AsyncIterator[Namespace]:
    """Fresh databases and no topics: nothing here goes over the broker."""
    name = f"t{secrets.token_hex(4)}"
    await provision_mongo(stack, name, (SERVICE,))
    yield Namespace(name, accesses(stack, name), tmp_path)
    await drop_databases(stack, name, (SERVICE,))


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> DriverName:
    """A client of a real server, for what concerns the wire."""
    name: DriverName = request.param
    return name


@pytest.fixture(params=[*DRIVERS, MEMORY])
def backend(request: pytest.FixtureRequest) -> str:
    """Real MongoDB by each driver, and the database in memory that simulations use."""
    name: str = request.param
    return name


@pytest.fixture
def real(request: pytest.FixtureRequest, backend: str) -> Namespace | None:
    """Databases on a real server, unless memory is the backend: that needs none."""
    return None if backend == MEMORY else request.getfixturevalue("namespace")


@pytest.fixture
async def store(backend: str, real: Namespace | None) -> AsyncIterator[Store]:
    if real is None:
        store = Store.over(MemoryDriver(Server()))
    else:
        store = Store(real.services[SERVICE].mongo_url, driver=next(name for name in DRIVERS if name == backend))
    yield store
    await store.close()


@pytest.fixture
def database(real: Namespace | None, store: Store) -> Database:
    """Registration's database, as its own user."""
    return store.database(real.services[SERVICE].database if real else "registration")


@pytest.fixture
def vault(real: Namespace | None, store: Store) -> Database:
    """The second database that the same user's transactions reach."""
    return store.database(f"{real.name}_vault" if real else "vault")
