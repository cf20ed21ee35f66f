from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from deploy.local.members import KafkaMember
from deploy.local.provision import ServiceAccess, drop_namespace, provision
from deploy.local.stack import AdminAccess
from shared.contracts import REGISTRY
from shared.settings import ServiceSettings
from tests.lanes import Lanes
from tests.support.backend import Backend, chosen, chosen_driver

S = TypeVar("S", bound=ServiceSettings)
logging.getLogger("aiokafka.conn").setLevel(logging.ERROR)  # the password goes over loopback


def pytest_report_header() -> str:
    return f"backend: {chosen()} (real Kafka, real MongoDB by {chosen_driver()}); clusters of three are native"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Lanes:
    return Lanes(config, log)


@pytest.fixture(scope="session")
def engines() -> Iterator[Backend]:
    engines = Backend()
    try:
        yield engines
    finally:
        engines.stop()


@pytest.fixture(scope="session")
async def stack(engines: Backend) -> AdminAccess:
    """Real Kafka and MongoDB for the run."""
    return await engines.start()


@pytest.fixture
def broker(engines: Backend, stack: AdminAccess) -> Iterator[KafkaMember]:
    """The run's Kafka, to be frozen: it goes on after the test, whatever becomes of that."""
    if (member := engines.broker) is None:
        pytest.skip(f"the backend {engines.kind} has no broker of ours to freeze")
    yield member
    member.thaw()


@dataclass(frozen=True)
class Namespace:
    """A test's own databases, users and topics."""

    name: str
    services: dict[str, ServiceAccess]
    secrets: Path

    def settings(self, kind: type[S], service: str, **more: object) -> S:
        """A service's settings in this namespace."""
        access = self.services[service]
        values: dict[str, object] = {
            "mongo_url": access.mongo_url,
            "database": access.database,
            "kafka_bootstrap": access.kafka_bootstrap,
            "kafka_username": access.kafka_username,
            "kafka_password": access.kafka_password,
            "topic_prefix": access.topic_prefix,
            "instance": "test",
            "secrets_folder": self.secrets,
            "mongo_driver": chosen_driver(),
        }
        return kind(**(values | more))  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def open_namespace(
    stack: AdminAccess, folder: Path, topics: Collection[str] = tuple(REGISTRY.topics)
) -> AsyncIterator[Namespace]:
    """Fresh databases and topics, dropped afterwards; secrets go into `folder`."""
    name = f"t{secrets.token_hex(4)}"
    yield Namespace(name, await provision(stack, name, topics), folder)
    await drop_namespace(stack, name)


@pytest.fixture
async def namespace(stack: AdminAccess, tmp_path: Path) -> AsyncIterator[Namespace]:
    """A test's own databases and topics."""
    async with open_namespace(stack, tmp_path) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a test measured and says by `record_property("says", …)`, from every lane."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "says":
                terminalreporter.write_line(str(value))
