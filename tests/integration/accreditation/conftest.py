from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import AdminAccess
from shared.testing.conference import small_conference
from tests.conftest import Namespace
from tests.integration.accreditation.desk import Desk, open_desk
from tests.integration.accreditation.standing import StandingDesk, standing


@pytest.fixture(scope="package")
async def standing_desk(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandingDesk]:
    async with standing(stack, tmp_path_factory.mktemp("secrets"), small_conference()) as opened:
        yield opened


@pytest.fixture
async def desk(standing_desk: StandingDesk) -> Desk:
    """A desk as it stands after opening, with the small conference: the one that all tests of this package share.

    Not for a test that puts keys into the folder, publishes another conference or starts the service again: it takes
    `own_desk`.
    """
    await standing_desk.put_back()
    return standing_desk.desk


@pytest.fixture
async def own_desk(namespace: Namespace) -> AsyncIterator[Desk]:
    """A desk with the small conference that this test alone has."""
    async with open_desk(namespace, small_conference()) as opened:
        yield opened
