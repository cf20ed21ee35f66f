"""Where the tests' Kafka and MongoDB come from: one choice, made once, said in the header of every run.

`BAWABA_TEST_BACKEND` pins it: `native` (plain processes, the default), `containers` (the official images, by
testcontainers) or `given` (a running stack, by BAWABA_TEST_SECRETS, BAWABA_TEST_MONGO_PORT and BAWABA_TEST_KAFKA_PORT).
A pinned backend is never replaced silently.
`BAWABA_TEST_MONGO_DRIVER` runs the services' tests by the other driver; the storage suite always runs by both.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from pymongo import AsyncMongoClient

from deploy.local import processes
from deploy.local.members import KafkaMember
from deploy.local.stack import PORTS_A_MEMBER, AdminAccess, LocalStack
from shared.storage import DriverName

if TYPE_CHECKING:
    from tests.support.containers import ContainerStack

ROOT: Final = Path(__file__).parents[2]
NATIVE, CONTAINERS, GIVEN = "native", "containers", "given"
DRIVERS: Final[tuple[DriverName, ...]] = get_args(DriverName)  # the default comes first


def chosen() -> str:
    """The backend of this run. Raises RuntimeError for one that this version does not have."""
    pinned = os.environ.get("BAWABA_TEST_BACKEND", NATIVE)
    if pinned not in (NATIVE, CONTAINERS, GIVEN):
        raise RuntimeError(f"BAWABA_TEST_BACKEND={pinned}: there are {NATIVE}, {CONTAINERS} and {GIVEN}")
    return pinned


def chosen_driver() -> DriverName:
    """The services' driver in this run. Raises RuntimeError for one that this version does not have."""
    pinned = os.environ.get("BAWABA_TEST_MONGO_DRIVER", DRIVERS[0])
    for name in DRIVERS:
        if name == pinned:
            return name
    raise RuntimeError(f"BAWABA_TEST_MONGO_DRIVER={pinned}: there are {' and '.join(DRIVERS)}")


def native_stack(folder: Path, *, members: int) -> LocalStack:
    """Kafka and MongoDB as plain processes on ports that are free now, `members` of each."""
    libs = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local")) / "kafka" / "libs"
    if not libs.exists():
        raise RuntimeError("Kafka's jars are not installed: run `make install`")
    first = processes.free_ports(PORTS_A_MEMBER * members)
    return LocalStack(folder, libs, mongo_port=first, kafka_port=first + 1, cache_gb=0.5, members=members)


class Backend:
    """Starts the chosen backend when it is first wanted, and stops it with the run."""

    def __init__(self) -> None:
        self.kind = chosen()
        self._stack: LocalStack | ContainerStack | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bawaba-tests-")

    async def start(self) -> AdminAccess:
        if self.kind == GIVEN:
            folder = Path(os.environ["BAWABA_TEST_SECRETS"])
            return AdminAccess(
                int(os.environ["BAWABA_TEST_MONGO_PORT"]),
                (folder / "mongo-admin").read_text(),
                int(os.environ["BAWABA_TEST_KAFKA_PORT"]),
                (folder / "kafka-admin").read_text(),
                folder,
            )
        if self.kind == CONTAINERS:
            from tests.support.containers import ContainerStack

            self._stack = ContainerStack(Path(self._folder.name))
            access = await self._stack.start()
        else:
            self._stack = native_stack(Path(self._folder.name), members=1)
            access = await self._stack.start(lambda _line: None)
        await _forget_soon(access)
        return access

    @property
    def broker(self) -> KafkaMember | None:
        """Kafka's process, where it is one of this run's own."""
        return self._stack.kafka[0] if isinstance(self._stack, LocalStack) else None

    def stop(self) -> None:
        if self._stack is not None:
            self._stack.stop()
        self._folder.cleanup()


async def _forget_soon(access: AdminAccess) -> None:
    """Have MongoDB let go of what a test dropped after half a minute.

    It keeps the files of dropped collections open for as long as a snapshot may ask for them, five minutes by default.
    Every test's own installation has some four hundred: fifty in five minutes are more than a process may have open.
    """
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(access.mongo_url) as client:
        await client.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=30)


def kafka_version() -> str:
    """Of the jars that are installed."""
    jar = next((Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local")) / "kafka" / "libs").glob("kafka_*.jar"))
    return jar.stem.rsplit("-", 1)[-1]
