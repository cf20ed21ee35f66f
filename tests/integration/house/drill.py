"""An installation for the drills of backup and restore: its commands, its loss, and what its log says."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient

from deploy.local.installation import environment
from deploy.local.provision import database_names
from deploy.local.stack import AdminAccess
from services.composition import SERVICES
from services.operations.settings import OperationsSettings
from shared.contracts.envelope import parse_headers
from shared.contracts.event import REGISTRY
from shared.contracts.topics import PARTITIONS
from shared.messaging.log_positions import records_since
from shared.testing.history import Committed
from tests.conftest import Namespace
from tests.integration.house.house import URL, House
from tests.support.backend import ROOT
from tests.support.callers import values_of
from tests.support.documents import blocks


@dataclass
class Drill:
    """One installation, lost and restored. What happened before is remembered here and nowhere else."""

    stack: AdminAccess
    namespace: Namespace
    folder: Path
    house: House = field(init=False)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def backup(self) -> Path:
        return self.folder / "backup"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def bawaba(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command, with the installation's settings in its environment."""
        env = {**os.environ, **environment(values_of(self.namespace, SERVICES, URL))}
        command = [sys.executable, "-m", "services", *arguments]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)

    async def command(self, *arguments: str) -> str:
        done = await asyncio.to_thread(self.bawaba, *arguments)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    async def documented(self, name: str) -> str:
        """The command as the guide gives it, with this drill's folders."""
        guide = "".join(blocks(ROOT / "docs" / "how-to" / "backup.md", "bash"))
        line = next(each for each in guide.splitlines() if each.startswith(f"bawaba {name}"))
        line = line.replace("/backups/day-1", str(self.backup)).replace("/safe/day-1", str(self.keys))
        return await self.command(*shlex.split(line)[1:])

    async def lose_databases(self) -> None:
        client: AsyncMongoClient[dict[str, Any]]
        async with AsyncMongoClient(self.stack.mongo_url) as client:
            for service in SERVICES:
                for name in database_names(self.namespace.name, service):
                    await client.drop_database(name)

    async def told(self) -> list[Committed]:
        """Everything on the log, in its order, each event once."""
        kafka = self.namespace.settings(OperationsSettings, "operations").kafka
        found: dict[str, Committed] = {}
        async for records in records_since(kafka, {topic: [0] * PARTITIONS for topic in REGISTRY.topics}):
            for record in records:
                envelope = parse_headers(record.headers)
                fact = Committed(
                    record.topic, record.stream_key(), envelope.sequence, envelope.id, predecessor=envelope.predecessor
                )
                found.setdefault(envelope.id, fact)
        return list(found.values())


async def all_told(house: House) -> None:
    """Until nothing waits to be published, and for a second nothing was."""
    kernels = [service.kernel for service in house.app.services.values()]

    async def count(query: dict[str, Any]) -> int:
        return sum([await each.database.collection(name).count(query) for each in kernels for name in each.outboxes])

    async def quiet() -> bool:
        before = await count({})
        await asyncio.sleep(1)
        return await count({}) == before and await count({"published": False}) == 0

    await house.until(quiet, seconds=60)
