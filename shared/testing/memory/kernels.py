"""A kernel over a server and a broker in memory."""

from __future__ import annotations

from pathlib import Path

from shared.messaging.kernel import Kernel
from shared.settings import ServiceSettings
from shared.storage import Store
from shared.testing.memory.broker import MemoryBroker, memory_clients
from shared.testing.memory.driver import MemoryDriver
from shared.testing.memory.server import Server
from shared.world import SYSTEM


def memory_settings(service: str, *, instance: str = "bawaba") -> ServiceSettings:
    return ServiceSettings(
        mongo_url="memory",
        database=service,
        kafka_bootstrap="memory",
        kafka_username=service,
        kafka_password="memory",  # noqa: S106  of no broker
        instance=instance,
        secrets_folder=Path("nowhere"),
    )


def memory_kernel(server: Server, broker: MemoryBroker, service: str, *, instance: str = "bawaba") -> Kernel:
    store = Store.over(MemoryDriver(server))
    settings = memory_settings(service, instance=instance)
    return Kernel(settings, SYSTEM, service=service, store=store, clients=memory_clients(broker))
