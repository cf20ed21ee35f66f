"""Three Kafka brokers and three mongods for a test, each of which can be killed, frozen, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from deploy.local.members import KafkaMember, MongoMember
from deploy.local.provision import provision
from deploy.local.stack import AdminAccess, LocalStack
from shared.contracts import REGISTRY
from tests.conftest import Namespace
from tests.support.backend import native_stack

MEMBERS = 3


class Cluster:
    """A running cluster; `namespace` makes databases and topics on it, each record on every broker."""

    def __init__(self, stack: LocalStack, access: AdminAccess, folder: Path) -> None:
        self.access = access
        self.brokers: list[KafkaMember] = stack.kafka
        self.mongods: list[MongoMember] = stack.mongo
        self._folder = folder

    async def namespace(self, name: str, topics: Collection[str] = tuple(REGISTRY.topics)) -> Namespace:
        secrets = self._folder / name
        secrets.mkdir()
        return Namespace(name, await provision(self.access, name, topics), secrets)

    def keep_logs(self, folder: Path) -> None:
        """Copy what every member wrote so far to a folder that outlives the cluster."""
        shutil.copytree(self._folder / "data" / "logs", folder, dirs_exist_ok=True)

    async def primary(self, *, seconds: float = 60) -> MongoMember:
        """The member that takes writes now; an election is waited for."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            for member in self.mongods:
                if member.is_running and await self._is_primary(member):
                    return member
            await asyncio.sleep(0.1)
        raise AssertionError(f"no primary within {seconds} s")

    async def step_down(self) -> None:
        """Have the primary hand over."""
        async with self._direct(await self.primary()) as client:
            with contextlib.suppress(PyMongoError):  # it closes our connection as it goes
                await client.admin.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5)

    async def _is_primary(self, member: MongoMember) -> bool:
        async with self._direct(member) as client:
            try:
                return bool((await client.admin.command("hello"))["isWritablePrimary"])
            except PyMongoError:
                return False

    def _direct(self, member: MongoMember) -> AsyncMongoClient[dict[str, Any]]:
        sign_in = f"admin:{self.access.mongo_password}@127.0.0.1:{member.port}"
        url = f"mongodb://{sign_in}/?authSource=admin&directConnection=true"
        return AsyncMongoClient(url, serverSelectionTimeoutMS=1_000, socketTimeoutMS=15_000)


@contextlib.asynccontextmanager
async def running_cluster() -> AsyncIterator[Cluster]:
    """A cluster of its own, gone afterwards with its data."""
    with tempfile.TemporaryDirectory(prefix="bawaba-cluster-", ignore_cleanup_errors=True) as folder:
        stack = native_stack(Path(folder) / "data", members=MEMBERS)
        try:
            yield Cluster(stack, await stack.start(lambda _line: None), Path(folder))
        finally:
            stack.stop()
