"""Provisioning.

Topics, the broker's access rules, one database and one user a service. Idempotent, for any namespace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.admin import (
    CreateAclsRequest,
    CreateAclsRequest_v1,
    DeleteAclsRequest,
    DeleteAclsRequest_v1,
    DescribeAclsRequest,
    DescribeAclsRequest_v1,
)
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from deploy.kafka.access import SERVICES, reads, writes
from deploy.local.secret_files import secret
from deploy.local.stack import AdminAccess
from shared.contracts import REGISTRY
from shared.contracts.topics import DEAD_LETTER_PARTITIONS, DEAD_LETTER_SUFFIX, PARTITIONS

DEFAULT_NAMESPACE: Final = "bawaba"
_USER_EXISTS: Final = 51003
_TOPIC, _GROUP, _CLUSTER = 2, 3, 4  # resource types of the Kafka protocol
_LITERAL, _PREFIXED = 3, 4
_READ, _WRITE, _DESCRIBE, _IDEMPOTENT_WRITE = 3, 4, 8, 12
_ALLOW: Final = 3


@dataclass(frozen=True)
class ServiceAccess:
    """What a service's settings need to reach its own database and topics, and no others."""

    mongo_url: str
    database: str
    kafka_bootstrap: str
    kafka_username: str
    kafka_password: str
    topic_prefix: str


def topic_prefix(namespace: str) -> str:
    return "" if namespace == DEFAULT_NAMESPACE else f"{namespace}."


def database_names(namespace: str, service: str) -> tuple[str, ...]:
    """A service's databases: its own, and the vault's beside registration's, which share its transactions."""
    own = f"{namespace}_{service}"
    return (own, f"{namespace}_vault") if service == "registration" else (own,)


async def provision(
    access: AdminAccess, namespace: str = DEFAULT_NAMESPACE, topics: Collection[str] = tuple(REGISTRY.topics)
) -> dict[str, ServiceAccess]:
    """Make what is missing; answers each service's access. A test that needs few topics names them."""
    await asyncio.gather(provision_kafka(access, topic_prefix(namespace), topics), provision_mongo(access, namespace))
    return accesses(access, namespace)


def accesses(access: AdminAccess, namespace: str = DEFAULT_NAMESPACE) -> dict[str, ServiceAccess]:
    """Each service's access, which holds once `provision` has run."""
    return {
        service: ServiceAccess(
            mongo_url=access.mongo_url_of(
                service, secret(access.secrets, f"mongo-{service}"), database_names(namespace, service)[0]
            ),
            database=database_names(namespace, service)[0],
            kafka_bootstrap=access.kafka_bootstrap,
            kafka_username=service,
            kafka_password=secret(access.secrets, f"kafka-{service}"),
            topic_prefix=topic_prefix(namespace),
        )
        for service in SERVICES
    }


async def drop_namespace(access: AdminAccess, namespace: str) -> None:
    """Remove a test's databases, users, topics and access rules."""
    await drop_databases(access, namespace)
    admin = await _admin(access)
    try:
        prefix = topic_prefix(namespace)
        await admin.delete_topics([name for name in await admin.list_topics() if name.startswith(prefix)])
        own = [rule for service in SERVICES for rule in _rules(service, prefix) if rule[0] != _CLUSTER]
        await admin._send_request(_DeleteAcls(own))
    finally:
        await admin.close()


async def drop_databases(access: AdminAccess, namespace: str, services: Collection[str] = SERVICES) -> None:
    """Remove a test's databases and users."""
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(access.mongo_url) as client:
        for service in services:
            for name in database_names(namespace, service):
                await client[name].command("dropAllUsersFromDatabase")
                await client.drop_database(name)


async def _admin(access: AdminAccess) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=access.kafka_bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_plain_username="admin",
        sasl_plain_password=access.kafka_password,
    )
    for attempt in range(100):
        try:
            await admin.start()
            break
        except Exception:
            if attempt == 99:
                raise
            await asyncio.sleep(0.1)
    return admin


async def provision_kafka(access: AdminAccess, prefix: str, topics: Collection[str] = tuple(REGISTRY.topics)) -> None:
    """Topics, each with its dead letters', and access rules, for names that begin with `prefix`."""
    admin = await _admin(access)
    try:
        present = set(await admin.list_topics())
        wanted = [
            _topic(prefix + name, partitions, size, access.members)
            for name, partitions, size in _topics(topics)
            if prefix + name not in present
        ]
        await _create_rules(admin, [rule for service in SERVICES for rule in _rules(service, prefix)])
        if wanted:
            await admin.create_topics(wanted)
        await _until_in_force(admin, prefix)
    finally:
        await admin.close()


def _topics(names: Iterable[str]) -> Iterable[tuple[str, int, int]]:
    """Each topic as (name, partitions, bytes of a record at most)."""
    for name in names:
        yield name, PARTITIONS, 1_048_588
        yield f"{name}{DEAD_LETTER_SUFFIX}", DEAD_LETTER_PARTITIONS, 4 * 1_048_588


def _topic(name: str, partitions: int, message_bytes_max: int, replicas: int) -> NewTopic:
    configs = {
        "max.message.bytes": str(message_bytes_max),
        "retention.ms": "-1",
        "cleanup.policy": "delete",
        "message.timestamp.type": "LogAppendTime",  # the second clock: who told it has its own in the event
    }
    return NewTopic(name=name, num_partitions=partitions, replication_factor=replicas, topic_configs=configs)


def _rules(service: str, prefix: str) -> Iterable[tuple[int, str, int, str, str, int, int]]:
    """A service's rules as (resource type, name, pattern, principal, host, operation, permission)."""
    who = f"User:{service}"
    for name in reads(service):
        yield _TOPIC, prefix + name, _LITERAL, who, "*", _READ, _ALLOW
    for name in writes(service):
        yield _TOPIC, prefix + name, _LITERAL, who, "*", _WRITE, _ALLOW
    yield _GROUP, f"{prefix}{service}.", _PREFIXED, who, "*", _READ, _ALLOW
    yield _CLUSTER, "kafka-cluster", _LITERAL, who, "*", _IDEMPOTENT_WRITE, _ALLOW


async def _create_rules(admin: AIOKafkaAdminClient, rules: list[tuple[int, str, int, str, str, int, int]]) -> None:
    """Send the rules to the controller; the client has the request but no method for it."""
    request: Any = _CreateAcls(rules)
    response = await admin._send_request(request)
    refused = [answer for answer in response.creation_responses if answer[0] != 0]
    if refused:
        raise RuntimeError(f"the broker refused {len(refused)} access rules: {refused[0]}")


async def _until_in_force(admin: AIOKafkaAdminClient, prefix: str) -> None:
    """The broker answers a new rule before it applies it; wait until it lists them all."""
    expected = {(rule[0], rule[1]) for service in SERVICES for rule in _rules(service, prefix)}
    for _ in range(200):
        listed = await admin._send_request(_DescribeAcls())
        if expected <= {(resource[0], resource[1]) for resource in listed.resources}:
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the broker does not apply its access rules")


class _DescribeAcls(DescribeAclsRequest):  # type: ignore[misc]  # the client ships no types
    """Every rule there is."""

    def __init__(self) -> None:
        pass

    def build(self, _request_struct_class: type[Any]) -> Any:
        any_kind = 1
        return DescribeAclsRequest_v1(any_kind, None, any_kind, None, None, any_kind, any_kind)


class _CreateAcls(CreateAclsRequest):  # type: ignore[misc]  # the client ships no types
    def __init__(self, rules: list[tuple[int, str, int, str, str, int, int]]) -> None:
        self._rules = rules

    def build(self, _request_struct_class: type[Any]) -> Any:
        return CreateAclsRequest_v1(self._rules)


class _DeleteAcls(DeleteAclsRequest):  # type: ignore[misc]  # the client ships no types
    """Exactly these rules."""

    def __init__(self, rules: list[tuple[int, str, int, str, str, int, int]]) -> None:
        self._rules = rules

    def build(self, _request_struct_class: type[Any]) -> Any:
        return DeleteAclsRequest_v1(self._rules)


async def provision_mongo(access: AdminAccess, namespace: str, services: Collection[str] = SERVICES) -> None:
    """A user for each service, who may use its databases; they come to be when they are written to."""
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(access.mongo_url) as client:
        for service in services:
            names = database_names(namespace, service)
            roles = [{"role": "readWrite", "db": name} for name in names]
            password = secret(access.secrets, f"mongo-{service}")
            try:
                await client[names[0]].command("createUser", service, pwd=password, roles=roles)
            except OperationFailure as error:
                if error.code != _USER_EXISTS:
                    raise
