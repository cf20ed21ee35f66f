"""How to reach Kafka, and the clients with the settings that lose nothing (their defaults do)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.errors import InfrastructureError


@dataclass(frozen=True)
class KafkaAccess:
    """One service's principal.

    `topic_prefix` sets installations on one cluster apart; `instance` names this process.
    """

    bootstrap: str
    username: str
    password: str
    topic_prefix: str
    instance: str

    def topic(self, name: str) -> str:
        return self.topic_prefix + name

    @property
    def servers(self) -> list[str]:
        """The brokers to begin with, each by itself: FastStream takes a text with commas for one host."""
        return self.bootstrap.split(",")

    def client_options(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }


async def start_producer(access: KafkaAccess) -> AIOKafkaProducer:
    """An idempotent producer, acknowledged by every in-sync replica. Raises InfrastructureError."""
    producer = AIOKafkaProducer(
        **access.client_options(),
        client_id=access.instance,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=256 * 1024,
        max_request_size=4 * 1024 * 1024,
        request_timeout_ms=15_000,
    )
    try:
        await producer.start()
    except KafkaError as error:
        await producer.stop()
        raise InfrastructureError(type(error).__name__) from error
    return producer


def loose_consumer(access: KafkaAccess, **options: Any) -> AIOKafkaConsumer:
    """A consumer without a group: it commits nothing and moves nobody's position."""
    return AIOKafkaConsumer(**access.client_options(), group_id=None, enable_auto_commit=False, **options)
