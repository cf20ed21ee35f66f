from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.storage import Database, DriverName, Store
from tests.conftest import Namespace
from tests.support.backend import DRIVERS

SERVICE = "registration"


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> DriverName:
    name: DriverName = request.param
    return name


@pytest.fixture
async def store(namespace: Namespace, driver: DriverName) -> AsyncIterator[Store]:
    store = Store(namespace.services[SERVICE].mongo_url, driver=driver)
    yield store
    await store.close()


@pytest.fixture
def database(namespace: Namespace, store: Store) -> Database:
    """Registration's database, as its own user."""
    return store.database(namespace.services[SERVICE].database)


@pytest.fixture
def vault(namespace: Namespace, store: Store) -> Database:
    """The second database that the same user's transactions reach."""
    return store.database(f"{namespace.name}_vault")
