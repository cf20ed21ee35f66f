from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.settings import ServiceSettings
from tests.integration.messaging.lab import Lab


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    ns = "t" + secrets.token_hex(4)
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic
    from shared.contracts import REGISTRY

    def settings(service: str) -> ServiceSettings:
        return ServiceSettings(
            mongo_url="mongodb://127.0.0.1:27817/?replicaSet=rs0", database=f"{ns}_{service}", kafka_bootstrap="127.0.0.1:29092",
            kafka_username="admin", kafka_password="a", topic_prefix=f"{ns}.", instance="lab", secrets_folder=tmp_path)
    admin = AIOKafkaAdminClient(**settings("x").kafka.client_options())
    await admin.start()
    names = [f"{ns}.{t}{s}" for t in REGISTRY.topics for s in ("", "-dlt")]
    await admin.create_topics([NewTopic(n, 12, 1) for n in names])
    lab = Lab(settings("registration"), settings("accreditation"))
    yield lab
    await admin.delete_topics(names)
    await admin.close()
