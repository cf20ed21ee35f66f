from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.stack import AdminAccess
from shared.settings import ServiceSettings
from tests.conftest import Namespace, open_namespace
from tests.integration.messaging.lab import LAB_TOPICS, Lab


@pytest.fixture
async def namespace(stack: AdminAccess, tmp_path: Path) -> AsyncIterator[Namespace]:
    """A test's own databases, and the topics of a lab."""
    async with open_namespace(stack, tmp_path, LAB_TOPICS) as opened:
        yield opened


@pytest.fixture
def lab(namespace: Namespace) -> Lab:
    return Lab(*(namespace.settings(ServiceSettings, name) for name in ("registration", "accreditation", "operations")))
