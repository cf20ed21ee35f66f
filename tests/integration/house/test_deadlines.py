"""The deadlines by a clock that is moved: for somebody new, for one in another's place, for wishes."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deploy.local.provision import drop_namespace, provision
from deploy.local.stack import AdminAccess
from shared.contracts.conference import Conference
from shared.testing.conference import small_conference
from shared.world import SYSTEM, World
from tests.conftest import Namespace
from tests.integration.house.house import House, person, photos, workbook
from tests.integration.house.test_list import BASE, fields, made, register, used


def conference() -> Conference:
    """Its deadlines from today on, as days are counted where it is held."""
    today = SYSTEM.now().astimezone(ZoneInfo(small_conference().timezone)).date()
    return small_conference(
        first_day=today + timedelta(days=30),
        registration_closes=today + timedelta(days=5),
        substitutions_close=today + timedelta(days=20),
        preferences_close=today + timedelta(days=8),
    )


@dataclass
class Clock:
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return SYSTEM.now() + self.ahead


@pytest.fixture
async def later(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, Clock]]:
    name, clock = f"t{secrets.token_hex(4)}", Clock()
    namespace = Namespace(name, await provision(stack, name), tmp_path_factory.mktemp("secrets"))
    house = House(namespace, world=World(now=clock.now), conference=conference())
    async with house.running():
        yield house, clock
    await drop_namespace(stack, name)


async def test_after_the_deadline_nobody_new_comes_but_one_for_another_until_the_last_day_for_that(
    later: tuple[House, Clock],
) -> None:
    house, clock = later
    old = [await made(house, fields=fields()) for _ in range(2)]
    drafts = [await made(house, submit=False, fields=fields()) for _ in range(2)]
    places = await used(house, "delegate")

    async def substituted(number: int) -> tuple[int, str | None]:
        path = f"{BASE}/participants/{old[number]}/substitution"
        answer = await house.call("egypt", "POST", path, json={"comes": drafts[number]})
        return answer.status_code, answer.json().get("code")

    clock.ahead = timedelta(days=6)
    refused = await register(house, fields=fields())
    assert (refused.status_code, refused.json()["code"]) == (409, "registration.closed")
    files = {"workbook": ("a.xlsx", workbook(person())), "photos": ("p.zip", photos("a.jpg"))}
    sent = await house.call("egypt", "POST", f"{BASE}/delegations/egypt/imports", files=files)
    checked = await house.imported("egypt", sent.json())
    errors = [each["code"] for each in checked["faults"] if each["severity"] == "error"]
    assert errors == ["roster.registration_closed"]
    assert await substituted(0) == (200, None)
    clock.ahead = timedelta(days=21)
    assert await substituted(1) == (409, "registration.substitution_closed")
    assert await used(house, "delegate") == places
    again = await house.call("egypt", "POST", f"{BASE}/participants/{old[1]}/withdrawal")
    assert again.status_code == 200, again.text


async def test_wishes_are_stated_before_anybody_is_accredited_and_only_looked_at_after_their_deadline(
    later: tuple[House, Clock],
) -> None:
    house, clock = later
    path = "/api/session-allocation/v1/delegations/chad/preferences"

    async def page(language: str = "en") -> str:
        answer = await house.call(
            "chad", "GET", "/session-allocation/delegation", language=language, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 200, answer.text
        return answer.text

    before = await page()
    assert "Nobody of the delegation is accredited yet" in before
    assert "data-default" in before
    assert "<fieldset>" in before
    saved = await house.call("chad", "PUT", path, json={"default": ["alpha"]})
    assert saved.status_code == 200, saved.text
    assert '<option value="alpha" selected>' in await page()
    clock.ahead = timedelta(days=8)
    assert "<fieldset>" in await page()
    clock.ahead = timedelta(days=9)
    for language, said in (("en", "Wishes could be stated until"), ("fr", "Les souhaits étaient"), ("ar", "انتهى أجل")):
        after = await page(language)
        assert said in after
        assert "<fieldset disabled>" in after
        assert '<option value="alpha" selected>' in after
        assert "btn-primary mt-3" not in after
    refused = await house.call("chad", "PUT", path, json={"default": ["beta"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "session_allocation.preferences_closed")
