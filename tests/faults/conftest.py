from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.stack import AdminAccess
from tests.conftest import Namespace, open_namespace
from tests.integration.messaging.lab import LAB_TOPICS


@pytest.fixture
async def namespace(stack: AdminAccess, tmp_path: Path) -> AsyncIterator[Namespace]:
    """A row's own databases, and the topics of a rig's two services."""
    async with open_namespace(stack, tmp_path, LAB_TOPICS) as opened:
        yield opened
