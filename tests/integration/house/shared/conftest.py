from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import AdminAccess
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.conftest import open_namespace
from tests.integration.house.house import House

PLACES = 1_000


@pytest.fixture(scope="package")
async def house(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house of all files in this folder: the small conference, with places enough for the people of every test.

    A test belongs here if it makes its own people, accounts and badges (`house.newcomers`) and looks at them alone;
    whoever else is there, and in whichever order tests come, is nothing to it. What it changes for everybody it puts
    back. A test that counts all there is, fills a quota, moves the clock, stops a service, edits the documents of
    others or publishes another conference has a house of its own: its file is one folder up.
    """
    quotas = [{"category": category, "places": PLACES} for category in ("delegate", "head", "staff")]
    plain = small_conference().model_dump(mode="json")["delegations"]
    delegations = [delegation | {"quotas": quotas} for delegation in plain]
    conference = small_conference(first_day=SYSTEM.now().date(), delegations=delegations)
    async with open_namespace(stack, tmp_path_factory.mktemp("secrets")) as namespace:
        house = House(namespace, conference=conference)
        async with house.running():
            yield house


@pytest.fixture(autouse=True)
def nobody_is_held_off(house: House) -> None:
    """All callers have one address here, and other tests may have failed to sign in from it."""
    house.forget_attempts()
