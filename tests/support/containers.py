"""Kafka and MongoDB from their official images, by testcontainers: what neither of its own wrappers covers.

Its MongoDB is no replica set, and its Kafka is another vendor's image. Both engines listen on the port that they are
published on, so that the addresses they advertise are right inside the container and outside.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from testcontainers.core.container import DockerContainer

from deploy.containers.prepare import initiate
from deploy.local import processes
from deploy.local.kafka_properties import ADMIN, KafkaPlace, kafka_properties
from deploy.local.secret_files import mongo_key_file, secret
from deploy.local.stack import AdminAccess

MONGO_IMAGE: Final = "mongo:8"
KAFKA_IMAGE: Final = "apache/kafka:4.1.0"
CLUSTER_ID: Final = "bawabaTestsAAAAAAAAAAA"
START_PATIENCE_S: Final = 60


class ContainerStack:
    """Starts and stops both engines; their secrets are made in `folder`."""

    def __init__(self, folder: Path) -> None:
        first = processes.free_ports(2)
        self._mongo_port, self._kafka_port = first, first + 1
        self._secrets = folder
        self._running: list[DockerContainer] = []

    async def start(self) -> AdminAccess:
        """Start both and wait until they answer. Raises docker.errors.DockerException without an engine."""
        access = AdminAccess(
            self._mongo_port,
            secret(self._secrets, "mongo-admin"),
            self._kafka_port,
            secret(self._secrets, "kafka-admin"),
            self._secrets,
        )
        for container, port in ((self._mongo(access), self._mongo_port), (self._kafka(), self._kafka_port)):
            # Its own method would publish to every network; its type forgets that the engine takes an address too.
            container.ports[f"{port}/tcp"] = ("127.0.0.1", port)  # type: ignore[assignment]
            self._running.append(container)
            await asyncio.to_thread(container.start)
        await initiate(access)
        return access

    def stop(self) -> None:
        for container in reversed(self._running):
            container.stop()
        self._running.clear()

    def _mongo(self, access: AdminAccess) -> DockerContainer:
        key_file = "/data/configdb/keyfile"  # a folder whose files the image gives to the server's user
        return (
            DockerContainer(MONGO_IMAGE)
            .with_envs(MONGO_INITDB_ROOT_USERNAME=ADMIN, MONGO_INITDB_ROOT_PASSWORD=access.mongo_password)
            .with_copy_into_container(mongo_key_file(self._secrets / "mongo-keyfile").read_bytes(), key_file, 0o400)
            .with_command(
                f"mongod --replSet rs0 --bind_ip_all --port {self._mongo_port} --keyFile {key_file}"
                " --setParameter transactionLifetimeLimitSeconds=25"
            )
        )

    def _kafka(self) -> DockerContainer:
        place = KafkaPlace(
            clients=f":{self._kafka_port}",
            advertised=f"127.0.0.1:{self._kafka_port}",
            controller=":9093",
            data="/var/lib/kafka/data",
            voters=("localhost:9093",),
        )
        properties = kafka_properties(self._secrets, place).encode()
        return (
            DockerContainer(KAFKA_IMAGE)
            .with_envs(CLUSTER_ID=CLUSTER_ID, KAFKA_HEAP_OPTS="-Xms96m -Xmx512m")
            .with_copy_into_container(properties, "/mnt/shared/config/server.properties", 0o444)
        )
