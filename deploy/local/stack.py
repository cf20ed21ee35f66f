"""The native stack: a real MongoDB replica set and a real Kafka (KRaft) as plain processes, one of each or three.

Everything lives under one folder: data, logs, secrets. A second start finds it again. Both engines ask for passwords,
which are made on the first start and readable by their owner alone.
"""

from __future__ import annotations

import asyncio
import base64
import fcntl
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import processes
from deploy.local.kafka_properties import KafkaPlace, kafka_properties
from deploy.local.members import KafkaMember, Member, MongoMember
from deploy.local.secret_files import mongo_key_file, secret

PORTS_A_MEMBER: Final = 3  # of member n, every port is that of the first plus n times this
_ELECTION_MS: Final = 3_000  # MongoDB's own ten seconds are for networks; here everything is one machine
_ADMIN: Final = "admin"


@dataclass(frozen=True)
class AdminAccess:
    """How provisioning reaches the stack. Passwords are in `secrets`, one file each.

    Hosts are loopback natively, names where the engines are containers. `members` is how many there are of each.
    """

    mongo_port: int
    mongo_password: str
    kafka_port: int
    kafka_password: str
    secrets: Path
    mongo_host: str = "127.0.0.1"
    kafka_host: str = "127.0.0.1"
    members: int = 1

    @property
    def mongo_url(self) -> str:
        return self.mongo_url_of(_ADMIN, self.mongo_password, "admin")

    def mongo_url_of(self, user: str, password: str, database: str) -> str:
        servers = _servers(self.mongo_host, self.mongo_port, self.members)
        return f"mongodb://{user}:{password}@{servers}/?replicaSet=rs0&authSource={database}"

    @property
    def kafka_bootstrap(self) -> str:
        return _servers(self.kafka_host, self.kafka_port, self.members)


def _servers(host: str, first: int, members: int) -> str:
    return ",".join(f"{host}:{first + number * PORTS_A_MEMBER}" for number in range(members))


def _cluster_id() -> str:
    """A random id as Kafka writes it; one that began with a dash would be read as an option, once in 64 starts."""
    while (drawn := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return drawn


class LocalStack:
    """Starts and stops both engines. `libs` is the folder of Kafka's jars; `members` is 1 or 3 of each.

    `mongo` and `kafka` are the members, for who wants to see one of them fail: several are for the fault tests alone.
    """

    def __init__(
        self,
        data: Path,
        libs: Path,
        *,
        mongo_port: int,
        kafka_port: int,
        cache_gb: float = 0.25,
        members: int = 1,
    ) -> None:
        self._data = data
        self._secrets = data / "secrets"
        self._numbers = range(members)
        self._mongo_ports = [mongo_port + number * PORTS_A_MEMBER for number in self._numbers]
        self._kafka_ports = [kafka_port + number * PORTS_A_MEMBER for number in self._numbers]
        self._lock: IO[str] | None = None
        logs = data / "logs"
        self.mongo = [
            MongoMember(
                port,
                data=data / _numbered("mongo", number),
                log=logs / _numbered("mongod", number, ".log"),
                key_file=self._secrets / "mongo-keyfile",
                cache_gb=cache_gb,
                fails_on_request=members > 1,
            )
            for number, port in enumerate(self._mongo_ports)
        ]
        self.kafka = [
            KafkaMember(
                port,
                data=data / _numbered("kafka", number),
                log=logs / _numbered("kafka", number, ".log"),
                libs=libs,
                properties=data / _numbered("kafka", number, ".properties"),
            )
            for number, port in enumerate(self._kafka_ports)
        ]

    @property
    def access(self) -> AdminAccess:
        """How to reach it, whoever has started it. The passwords are drawn where there are none yet."""
        return AdminAccess(
            self._mongo_ports[0],
            secret(self._secrets, "mongo-admin"),
            self._kafka_ports[0],
            secret(self._secrets, "kafka-admin"),
            self._secrets,
            members=len(self._numbers),
        )

    def take(self) -> AdminAccess:
        """Take the folder and see that the ports are free; answers how to reach what `start` will start.

        Raises PortInUseError or StartError, in one line each.
        """
        folders = [self._data / _numbered("mongo", number) for number in self._numbers]
        for folder in (self._data, self._data / "logs", *folders, self._secrets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        for port in self._mongo_ports:
            processes.require_free(port, "MongoDB")
        for port in self._kafka_ports:
            processes.require_free(port, "Kafka")
            processes.require_free(port + 1, "Kafka's controller")
        return self.access

    async def start(self, report: Callable[[str], None]) -> AdminAccess:
        """Start all at once and wait until they answer. Raises PortInUseError or StartError, in one line each."""
        access = self.access if self._lock is not None else self.take()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._start_mongo(access))
                group.create_task(self.start_kafka())
        except BaseExceptionGroup as failures:
            self.stop()
            raise failures.exceptions[0] from None
        report(f"MongoDB on port {self._mongo_ports[0]}, Kafka on port {self._kafka_ports[0]}")
        return access

    def stop(self) -> None:
        """Stop what was started, Kafka first: its clients are gone by then.

        The last members of several cannot end in good order, for want of a majority: they are not waited for.
        """
        members: list[Member] = [*self.kafka, *self.mongo]
        for member in members:
            member.stop(seconds=15.0 if len(self._numbers) == 1 else 0.5)
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
        mongo_key_file(self._secrets / "mongo-keyfile")
        await asyncio.gather(*(member.start() for member in self.mongo))
        await self._initiate(access)

    async def _initiate(self, access: AdminAccess) -> None:
        """Make the replica set and its administrator once; the localhost exception lets the first user in."""
        direct = f"mongodb://127.0.0.1:{self._mongo_ports[0]}/?directConnection=true"
        unsigned = access.mongo_url.replace(f"{_ADMIN}:{access.mongo_password}@", "").replace("&authSource=admin", "")
        client: AsyncMongoClient[dict[str, Any]]
        async with AsyncMongoClient(direct, serverSelectionTimeoutMS=20_000) as client:
            members = [{"_id": n, "host": f"127.0.0.1:{port}"} for n, port in enumerate(self._mongo_ports)]
            settings = {"electionTimeoutMillis": _ELECTION_MS}
            try:
                config = {"_id": "rs0", "members": members, "settings": settings}
                await client.admin.command("replSetInitiate", config)
            except OperationFailure:
                pass  # initiated on an earlier start
        async with AsyncMongoClient(unsigned, serverSelectionTimeoutMS=20_000) as client:
            try:
                await client.admin.command("createUser", _ADMIN, pwd=access.mongo_password, roles=["root"])
            except OperationFailure:
                pass  # made on an earlier start; the next line says whether its password still holds
            except PyMongoError as error:
                raise processes.StartError(f"MongoDB elects no primary: {type(error).__name__}") from None
        async with AsyncMongoClient(access.mongo_url, serverSelectionTimeoutMS=20_000) as client:
            try:
                await client.admin.command("ping")
            except PyMongoError as error:
                raise processes.StartError(f"MongoDB refuses its administrator: {type(error).__name__}") from None

    async def start_kafka(self) -> None:
        """Kafka alone, once the folder is taken."""
        cluster = _cluster_id()
        for number in self._numbers:
            properties = self._data / _numbered("kafka", number, ".properties")
            properties.touch(mode=0o600)
            properties.write_text(self._properties(number))
        await asyncio.gather(*(member.format(cluster, alone=len(self.kafka) == 1) for member in self.kafka))
        await asyncio.gather(*(member.start() for member in self.kafka))

    def _properties(self, number: int) -> str:
        controllers = [f"127.0.0.1:{port + 1}" for port in self._kafka_ports]
        place = KafkaPlace(
            clients=f"127.0.0.1:{self._kafka_ports[number]}",
            advertised=f"127.0.0.1:{self._kafka_ports[number]}",
            controller=controllers[number],
            data=str(self._data / _numbered("kafka", number)),
            voters=tuple(controllers) if len(controllers) > 1 else (),
            node=number + 1,
        )
        return kafka_properties(self._secrets, place)


def _numbered(name: str, number: int, suffix: str = "") -> str:
    """The first member's files have no number: an installation of one has no other."""
    return f"{name}-{number + 1}{suffix}" if number else f"{name}{suffix}"
