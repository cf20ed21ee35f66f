"""The universal delivery suite on every backend there is: in memory, on one server of each, on three."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.contracts.topics import PARTITIONS, REGISTRATION_PARTICIPANTS
from shared.messaging.kernel import Kernel
from shared.settings import ServiceSettings
from shared.testing.delivery import CASES, Case, Promises, cases_for, played
from shared.testing.invariants import violations
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel
from shared.testing.memory.server import Server
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.faults.delivery import set_back
from tests.integration.messaging.lab import LAB_TOPICS
from tests.support.cluster import Cluster, running_cluster


class InMemory:
    promises = Promises()

    def __init__(self) -> None:
        self._server = Server()
        self._broker = MemoryBroker(now_ms=lambda: int(SYSTEM.now().timestamp() * 1000))

    def kernel(self, service: str, *, instance: str) -> Kernel:
        return memory_kernel(self._server, self._broker, service, instance=instance)

    async def deliver_again(self, group: str) -> None:
        self._broker.set_back(group)

    async def lose_a_member(self) -> None:
        raise NotImplementedError("there is one")


class OneOfEach:
    promises = Promises()

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace

    def kernel(self, service: str, *, instance: str) -> Kernel:
        settings = self._namespace.settings(ServiceSettings, service, instance=instance)
        return Kernel(settings, SYSTEM, service=service)

    async def deliver_again(self, group: str) -> None:
        access = self._namespace.settings(ServiceSettings, "accreditation").kafka
        await set_back(access, access.topic(group))

    async def lose_a_member(self) -> None:
        raise NotImplementedError("there is one")


class ThreeOfEach(OneOfEach):
    promises = Promises(survives_a_member=True)

    def __init__(self, namespace: Namespace, cluster: Cluster) -> None:
        super().__init__(namespace)
        self._cluster = cluster

    async def lose_a_member(self) -> None:
        """A broker, and the database's primary."""
        await self._cluster.brokers[0].kill()
        await (await self._cluster.primary()).kill()


@pytest.fixture(scope="module")
async def cluster() -> AsyncIterator[Cluster]:
    async with running_cluster() as cluster:
        yield cluster


@pytest.mark.parametrize("case", cases_for(InMemory.promises), ids=lambda case: case.__name__)
async def test_in_memory(case: Case) -> None:
    assert violations(await played(case, InMemory())) == []


@pytest.mark.parametrize("case", cases_for(OneOfEach.promises), ids=lambda case: case.__name__)
async def test_on_one_of_each(case: Case, namespace: Namespace) -> None:
    assert violations(await played(case, OneOfEach(namespace))) == []


# The case that kills comes last: what it killed stays away.
@pytest.mark.parametrize("case", cases_for(ThreeOfEach.promises), ids=lambda case: case.__name__)
async def test_on_three_of_each(case: Case, cluster: Cluster) -> None:
    backend = ThreeOfEach(await cluster.namespace(f"u_{CASES.index(case)}", LAB_TOPICS), cluster)
    assert violations(await played(case, backend)) == []


async def test_the_broker_in_memory_keeps_a_keys_records_in_one_partition() -> None:
    broker = MemoryBroker(now_ms=lambda: 0)
    keys = [f"p-{number}".encode() for number in range(100)]
    chosen = [broker.partition(REGISTRATION_PARTICIPANTS, key) for key in keys]
    assert chosen == [broker.partition(REGISTRATION_PARTICIPANTS, key) for key in keys]
    assert len({each.partition for each in chosen}) == PARTITIONS
