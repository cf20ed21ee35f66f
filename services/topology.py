"""Which processes an installation on one machine has, and at which ports."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PORTS: Final = {"main": 8480, "entrance": 8481, "mongo": 27917, "kafka": 19092}


class Topology(StrEnum):
    """Embedded: two processes, the entrance apart. Distributed: one a service, behind an ingress, the same paths."""

    EMBEDDED = "embedded"
    DISTRIBUTED = "distributed"

    @property
    def processes(self) -> dict[str, tuple[str, ...]]:
        """Each process's services."""
        from deploy.kafka.access import SERVICES  # every event's schema behind it, which `bawaba --help` has no use for

        if self is Topology.DISTRIBUTED:
            return {service: (service,) for service in SERVICES}
        return {"main": tuple(service for service in SERVICES if service != "entrance"), "entrance": ("entrance",)}


def ports_from(first: int) -> dict[str, int]:
    """Ports in a row: pages, gate, MongoDB, Kafka, and Kafka's controller behind it."""
    return {name: first + offset for offset, name in enumerate(("main", "entrance", "mongo", "kafka"))}
