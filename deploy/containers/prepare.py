"""What the containers need of each other, made once into their volumes: passwords, keys, settings; then provisioning.

`secrets` runs before the engines (they start with their passwords), `provision` once they answer.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tomllib
from pathlib import Path
from typing import Any, Final

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from deploy.kafka.access import SERVICES
from deploy.local.installation import Addresses, environment, make_secrets, service_values
from deploy.local.kafka_properties import KafkaPlace, kafka_properties
from deploy.local.provision import DEFAULT_NAMESPACE, provision
from deploy.local.secret_files import mongo_key_file, secret
from deploy.local.stack import AdminAccess
from shared.contracts.conference import Conference
from shared.settings import SETTINGS_FILE

# Who reads what inside the official images: mongodb, and Kafka's appuser.
MONGO_USER, KAFKA_USER, OUR_USER = 999, 1000, 10001
MONGO_PORT, KAFKA_PORT, SERVICE_PORT = 27017, 9092, 8480
_ALREADY: Final = 23  # AlreadyInitialized


def make_all_secrets(folder: Path, conference_file: Path) -> None:
    """Every secret of the installation under `folder`, each part owned by the one container that mounts it."""
    own = folder / "own"
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    conference = Conference.model_validate(tomllib.loads(conference_file.read_text(encoding="utf-8")))
    make_secrets(own / "services", conference)
    _give(folder / "mongo", {"keyfile": mongo_key_file(own / "mongo-keyfile").read_bytes()}, MONGO_USER)
    _give(folder / "mongo", {"root-password": secret(own, "mongo-admin").encode()}, MONGO_USER)
    place = KafkaPlace(
        clients=f":{KAFKA_PORT}",
        advertised=f"kafka:{KAFKA_PORT}",
        controller=":9093",
        data="/var/lib/kafka/data",
        voters=("localhost:9093",),
    )
    _give(folder / "kafka", {"server.properties": kafka_properties(own, place).encode()}, KAFKA_USER)


async def provision_all(folder: Path, public_url: str) -> None:
    """The replica set, users, topics, access rules; then each service's folder with its keys and settings."""
    own = folder / "own"
    access = AdminAccess(
        MONGO_PORT,
        secret(own, "mongo-admin"),
        KAFKA_PORT,
        secret(own, "kafka-admin"),
        own,
        mongo_host="mongo",
        kafka_host="kafka",
    )
    await initiate(access)
    found = await provision(access)
    inside = {service: f"http://{service.replace('_', '-')}:{SERVICE_PORT}" for service in SERVICES}
    for service in SERVICES:
        values = service_values(
            service,
            found[service],
            folder=Path("/run/bawaba"),
            namespace=DEFAULT_NAMESPACE,
            addresses=Addresses(public_url, public_url, inside),
            instance=service,
        )
        settings = environment({service: values | {"secrets_folder": "/run/bawaba"}})
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        target = folder / service
        shutil.copytree(own / "services" / service, target, dirs_exist_ok=True)
        _give(target, {SETTINGS_FILE: text.encode()}, OUR_USER)


async def initiate(access: AdminAccess) -> None:
    """Make the one mongod a replica set of one and wait for its primary, a minute at most; again is harmless."""
    direct = access.mongo_url.replace("replicaSet=rs0&", "directConnection=true&")
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(direct, serverSelectionTimeoutMS=60_000) as client:
        member = {"_id": 0, "host": f"{access.mongo_host}:{access.mongo_port}"}
        try:
            await client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        except OperationFailure as error:
            if error.code != _ALREADY:
                raise
        for _ in range(600):
            if (await client.admin.command("hello"))["isWritablePrimary"]:
                return
            await asyncio.sleep(0.1)
    raise TimeoutError("MongoDB's replica set has no primary")


def _give(folder: Path, files: dict[str, bytes], user: int) -> None:
    """Write files into a part of the volume and make all of it that user's alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for path in (folder, *folder.rglob("*")):
        # Writable by its owner: registration's container writes the keys of persons beside its own.
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, user, user)
