from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest

from deploy.local.provision import drop_namespace, provision
from deploy.local.stack import AdminAccess
from tests.conftest import Namespace
from tests.integration.house.house import House


@pytest.fixture(scope="module")
async def house(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """All six services in this process, on a namespace of their own, with the small conference loaded."""
    name = f"t{secrets.token_hex(4)}"
    namespace = Namespace(name, await provision(stack, name), tmp_path_factory.mktemp("secrets"))
    house = House(namespace)
    async with house.running():
        yield house
    await drop_namespace(stack, name)
