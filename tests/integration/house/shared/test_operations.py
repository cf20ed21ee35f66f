"""The conference file and the live stream."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from services.operations.domain.live_stream import Filter, StreamEvent
from shared.security.principal import Principal, Role
from shared.world import SYSTEM
from tests.integration.house.house import House, person

PATH = "/api/operations/v1/conference"


async def publish(house: House, file: Any, **content: Any) -> Any:
    return await house.call(Role.ADMINISTRATOR, "PUT", PATH, **(content or {"json": file}))


async def test_the_same_file_again_is_no_new_version(house: House) -> None:
    file = house.conference.model_dump(mode="json")
    first, second = await publish(house, file), await publish(house, file)
    assert (first.json()["version"], second.json()) == (first.json()["version"], {**first.json(), "changed": False})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda file: file["gates"][0].update(zone="moon"), ""),
        (lambda file: file["categories"][0].update(colour="red"), "categories.0.colour"),
        (lambda file: file.update(days=0), "days"),
        (lambda file: file.update(timezone="Mars/Olympus"), "timezone"),
        (lambda file: file["zones"].append(file["zones"][0]), ""),
        (lambda file: file.pop("name"), "name"),
    ],
)
async def test_a_fault_in_the_file_is_said_at_its_place(house: House, change: Any, path: str) -> None:
    file = house.conference.model_dump(mode="json")
    change(file)
    answer = await publish(house, file)
    assert (answer.status_code, answer.json()["code"]) == (422, "operations.conference_invalid")
    assert any(fault["path"] == path for fault in answer.json()["data"]["faults"])


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"[" * 5000])
async def test_what_is_no_file_at_all_is_refused(house: House, content: bytes) -> None:
    answer = await publish(house, None, content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, "operations.conference_invalid")


async def test_another_conference_does_not_take_an_installations_place(house: House) -> None:
    answer = await publish(house, house.conference.model_dump(mode="json") | {"id": "another"})
    assert (answer.status_code, answer.json()["code"]) == (409, "operations.another_conference")


async def test_operators_see_events_as_they_happen_without_personal_data(house: House) -> None:
    application: Any = house.app.services["operations"].application
    operator = Principal("o", "o", frozenset({Role.OPERATOR}))
    items = await application.watch_stream(operator, Filter(service="registration", delegation="chad"), after=None)
    await house.register("chad", person(Nationality="TCD", **{"Full name": "Canary Stream"}))
    async with asyncio.timeout(10):
        async for item in items:
            if isinstance(item, StreamEvent) and item.type.endswith("participant-submitted.v1"):
                assert item.data["delegation"] == "chad"
                assert item.attributes["correlationid"]
                assert "Canary" not in json.dumps(item.data)
                return


async def test_one_request_is_one_story_over_all_services(house: House) -> None:
    """The trace that a caller began is the correlation of what accreditation makes of it."""
    application: Any = house.app.services["operations"].application
    operator = Principal("o", "o", frozenset({Role.OPERATOR}))
    items = await application.watch_stream(operator, Filter(service="accreditation"), after=None)
    await house.register(
        "egypt", person(Category="staff", **{"Full name": "Thandi Mokoena", "Date of birth": "1991-03-08"})
    )
    async with asyncio.timeout(10):
        async for item in items:
            if isinstance(item, StreamEvent) and item.type.endswith("badge-prepared.v1"):
                assert item.attributes["traceparent"].split("-")[1] == item.attributes["correlationid"]
                assert item.attributes["causationid"]
                return


async def test_one_persons_story_has_causes_over_services_and_two_clocks(house: House) -> None:
    (who,) = await house.newcomers("egypt", person(Category="staff", **{"Full name": "Only One"}))
    path = f"/api/operations/v1/participants/{who}/story"

    async def told() -> bool:
        answer = await house.call(Role.OPERATOR, "GET", path)
        types = {each["type"].split(".")[-2] for each in answer.json().get("chapters", [])}
        return {"participant-submitted", "badge-prepared", "entitlements-changed"} <= types

    await house.until(told)
    answer = (await house.call(Role.OPERATOR, "GET", path)).json()
    by_id = {each["event_id"]: each for each in answer["chapters"]}
    checked = next(each for each in by_id.values() if "dossier-checked" in each["type"])
    assert by_id[checked["cause"]]["type"].endswith("participant-submitted.v1")
    assert {each["service"] for each in by_id.values()} >= {"registration", "accreditation", "session_allocation"}
    assert all(each["recorded"] >= each["happened"][:19] for each in by_id.values())
    assert answer["missing"] == []
    number = next(each["data"]["number"] for each in by_id.values() if "badge-prepared" in each["type"])
    for written in (number, number.replace("-", "").lower(), f" {number} "):
        found = await house.call(Role.OPERATOR, "GET", f"/api/operations/v1/participants/{written}/story")
        assert found.json()["participant_id"] == who
    assert "Only One" not in json.dumps(answer)
    nobody = await house.call(Role.OPERATOR, "GET", "/api/operations/v1/participants/0000-0/story")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "operations.nobody_found")


async def test_the_overview_asks_every_service_and_shows_a_blocked_key(house: House) -> None:
    services = house.app.services
    blocked = services["accreditation"].kernel.database.collection("blocked_keys")
    await blocked.insert_one(
        {
            "_id": {"group": "accreditation.dossiers", "key": "somebody"},
            "since": SYSTEM.now(),
            "places": 0,
            "released": 0,
            "code": "contract_broken",
            "exception": "x",
            "detail": "category",
            "attempts": 9,
            "state": "waiting_for_operator",
            "next_attempt_at": None,
        }
    )
    answer = (await house.call(Role.OPERATOR, "GET", "/api/operations/v1/overview")).json()
    await blocked.delete_one({"_id": {"group": "accreditation.dossiers", "key": "somebody"}})
    assert set(answer["services"]) == set(services)
    assert all(report is not None for report in answer["services"].values())
    shown = answer["services"]["accreditation"]["blocked"]
    assert [(item["key"], item["code"], item["held"]) for item in shown] == [("somebody", "contract_broken", 0)]
    assert answer["services"]["registration"]["blocked"] == []


async def test_a_service_that_does_not_answer_is_shown_as_that(house: House) -> None:
    application: Any = house.app.services["operations"].application
    operator = Principal("o", "o", frozenset({Role.OPERATOR}))
    found = await application.show_health(operator, "no token")
    assert set(found.services.values()) == {None}
