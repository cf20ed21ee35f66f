"""A service reaches its own database and its own topics, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from deploy.local.provision import provision
from deploy.local.stack import AdminAccess
from shared.messaging.kafka import start_producer
from shared.settings import ServiceSettings
from tests.conftest import Namespace


async def test_a_services_user_cannot_read_another_services_database(namespace: Namespace) -> None:
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(namespace.services["entrance"].mongo_url) as client:
        await client[f"{namespace.name}_entrance"]["x"].insert_one({"mine": True})
        for other in ("registration", "vault", "identity"):
            with pytest.raises(OperationFailure):
                await client[f"{namespace.name}_{other}"]["people"].find_one()


async def test_a_services_principal_cannot_write_another_services_topic(namespace: Namespace) -> None:
    access = namespace.settings(ServiceSettings, "entrance").kafka
    producer = await start_producer(access)
    try:
        await producer.send_and_wait(access.topic("entrance.scans"), b"{}", key=b"p")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(access.topic("accreditation.participants"), b"{}", key=b"p")
    finally:
        await producer.stop()


async def test_nobody_comes_in_without_a_password(stack: AdminAccess) -> None:
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(f"mongodb://127.0.0.1:{stack.mongo_port}/?directConnection=true") as client:
        with pytest.raises(OperationFailure):
            await client["admin"]["system.users"].find_one()


async def test_provisioning_again_changes_nothing(stack: AdminAccess, namespace: Namespace) -> None:
    assert await provision(stack, namespace.name) == namespace.services
