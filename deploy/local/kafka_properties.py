"""The broker's properties: one node, passwords for everybody, no topic made by chance; for a process or a container."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.kafka.access import SERVICES
from deploy.local.secret_files import secret

ADMIN: Final = "admin"


@dataclass(frozen=True)
class KafkaPlace:
    """Where the broker listens to clients and to itself as its controller, and where it keeps its log.

    With `voter` the quorum is written down, as a container's formatting wants it; without, it is found by itself.
    """

    clients: str
    advertised: str
    controller: str
    data: str
    voter: str | None = None


def kafka_properties(secrets: Path, place: KafkaPlace) -> str:
    """The file's text. It holds passwords: to be readable by the broker alone."""
    users = {ADMIN: secret(secrets, "kafka-admin")}
    users |= {service: secret(secrets, f"kafka-{service}") for service in SERVICES}
    login = " ".join(f'user_{name}="{password}"' for name, password in users.items())
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    jaas = f'{module} required username="{ADMIN}" password="{users[ADMIN]}"'
    quorum = (
        {"controller.quorum.voters": f"1@{place.voter}"}
        if place.voter
        else {"controller.quorum.bootstrap.servers": place.controller}
    )
    values = {
        "process.roles": "broker,controller",
        "node.id": 1,
        **quorum,
        "listeners": f"CLIENT://{place.clients},CONTROLLER://{place.controller}",
        "advertised.listeners": f"CLIENT://{place.advertised}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "CLIENT",
        "listener.security.protocol.map": "CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.client.plain.sasl.jaas.config": f"{jaas} {login};",
        "listener.name.controller.plain.sasl.jaas.config": f"{jaas} {login};",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMIN}",
        "log.dirs": place.data,
        "auto.create.topics.enable": "false",
        "num.partitions": 12,
        "default.replication.factor": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "log.retention.ms": -1,
        "replica.fetch.max.bytes": 8 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 4,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())
