from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.testing.conference import small_conference
from tests.conftest import Namespace
from tests.integration.accreditation.desk import Desk, open_desk


@pytest.fixture
async def desk(namespace: Namespace) -> AsyncIterator[Desk]:
    async with open_desk(namespace, small_conference()) as opened:
        yield opened
