"""A broker's properties: passwords for everybody, no topic made by chance, every record on as many brokers as there are
up to three; for a process or a container.
"""

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

    With `voters`, the controllers' addresses in node order, the quorum is written down, as a container's formatting and
    a cluster of several want it; without, it is found by itself. `node` counts from 1.
    """

    clients: str
    advertised: str
    controller: str
    data: str
    voters: tuple[str, ...] = ()
    node: int = 1


def kafka_properties(secrets: Path, place: KafkaPlace) -> str:
    """The file's text. It holds passwords: to be readable by the broker alone."""
    users = {ADMIN: secret(secrets, "kafka-admin")}
    users |= {service: secret(secrets, f"kafka-{service}") for service in SERVICES}
    login = " ".join(f'user_{name}="{password}"' for name, password in users.items())
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    jaas = f'{module} required username="{ADMIN}" password="{users[ADMIN]}"'
    quorum = (
        {"controller.quorum.voters": ",".join(f"{node}@{address}" for node, address in enumerate(place.voters, 1))}
        if place.voters
        else {"controller.quorum.bootstrap.servers": place.controller}
    )
    replicas = min(3, max(1, len(place.voters)))
    values = {
        "process.roles": "broker,controller",
        "node.id": place.node,
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
        "default.replication.factor": replicas,
        # An acknowledged record is on two brokers when there are three: one may die at any moment.
        "min.insync.replicas": max(1, replicas - 1),
        "offsets.topic.replication.factor": replicas,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "broker.session.timeout.ms": 9_000 if replicas == 1 else 3_000,
        "broker.heartbeat.interval.ms": 2_000 if replicas == 1 else 500,
        "group.initial.rebalance.delay.ms": 0,
        "log.retention.ms": -1,
        "replica.fetch.max.bytes": 8 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 4,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())
