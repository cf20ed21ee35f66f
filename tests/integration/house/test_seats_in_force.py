"""Seats in force after a swap, a withdrawal and another programme: nobody loses a dearer one, every reason is true."""

from __future__ import annotations

import html
from typing import Any

import pytest

from shared.contracts.conference import Conference
from shared.security.principal import Role
from tests.integration.house.house import CONFERENCE, House
from tests.integration.house.test_allocation import API, approved, of_delegation, publish, run, wish
from tests.integration.house.test_rebuild import rebuilt

PAGE = "/session-allocation/delegation"


async def people(house: House, delegation: str, language: str = "en") -> dict[str, dict[str, Any]]:
    return {each["participant_id"]: each for each in (await of_delegation(house, delegation, language))["people"]}


def reasons(person: dict[str, Any]) -> dict[str, str]:
    return {item["session"]: item["code"] for item in person["unmet"]}


async def swap(house: House, session: str, giver: str, taker: str) -> None:
    body = {"session": session, "giver": giver, "taker": taker}
    answer = await house.call("egypt", "POST", f"{API}/delegations/egypt/seat-swaps", json=body)
    assert answer.status_code == 200, answer.text


async def other_programme(house: House, rooms: dict[str, int], categories: dict[str, list[str]]) -> None:
    """The same conference with rooms of other sizes, and sessions for other categories."""
    content = CONFERENCE.model_dump(mode="json")
    for room in content["rooms"]:
        room["capacity"] = rooms.get(room["code"], room["capacity"])
    for session in content["sessions"]:
        session["categories"] = categories.get(session["code"], session["categories"])
    changed = Conference.model_validate(content).model_dump(mode="json")
    answer = await house.call(Role.ADMINISTRATOR, "PUT", "/api/operations/v1/conference", json=changed)
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
async def pair(house: House) -> tuple[str, str]:
    """Three of Chad sit in alpha and three of Egypt in beta, which they wish more; Egypt's fourth waits for both.

    The answer is somebody of Egypt in beta, and the fourth.
    """
    await approved(house, "egypt", 4)
    await approved(house, "chad", 3)
    assert (await wish(house, "egypt", "beta", "alpha")).status_code == 200
    assert (await wish(house, "chad", "alpha")).status_code == 200
    assert (await publish(house, await run(house))).status_code == 201
    seats = {who: each["seats"] for who, each in (await people(house, "egypt")).items()}
    assert sorted(seats.values()) == [[], ["beta"], ["beta"], ["beta"]]
    return next(who for who in seats if seats[who]), next(who for who in seats if not seats[who])


async def test_a_full_sessions_figures_are_those_of_now(house: House, pair: tuple[str, str]) -> None:
    giver, fourth = (await people(house, "egypt"))[pair[0]], (await people(house, "egypt"))[pair[1]]
    assert reasons(giver) == {"alpha": "better_wish_met"}
    shown = {item["session"]: item["data"] for item in fourth["unmet"]}
    assert shown == {
        "beta": {"capacity": 3, "wished": 4, "own": 3, "place": 1},
        "alpha": {"capacity": 3, "wished": 7, "own": 0, "place": 1},
    }
    assert fourth["waiting"] == {"beta": 1, "alpha": 1}
    somebody = next(iter(await people(house, "chad")))
    assert (await wish(house, "chad", "alpha", **{somebody: []})).status_code == 200
    fourth = (await people(house, "egypt"))[pair[1]]
    assert {item["session"]: item["data"]["wished"] for item in fourth["unmet"]} == {"beta": 4, "alpha": 6}


async def test_a_seat_that_was_given_is_kept_when_one_less_dear_becomes_free(
    house: House, pair: tuple[str, str]
) -> None:
    giver, taker = pair
    await swap(house, "beta", giver, taker)
    for language, words in (("en", "given to a colleague"), ("fr", "cédée à un collègue"), ("ar", "لزميل من وفدكم")):
        person = (await people(house, "egypt", language))[giver]
        assert reasons(person) == {"beta": "given_away", "alpha": "next_allocation"}
        assert words in person["unmet"][0]["sentence"]
        page = await house.call("egypt", "GET", PAGE, language=language)
        assert all(item["sentence"] in html.unescape(page.text) for item in person["unmet"]), page.text
    assert reasons((await people(house, "egypt"))[taker]) == {"alpha": "better_wish_met"}
    leaving = (await house.call(Role.PROGRAMME_OFFICER, "GET", f"{API}/sessions/alpha/seats")).json()["seated"][0]
    path = f"/api/registration/v1/participants/{leaving['participant_id']}/withdrawal"
    assert (await house.call("chad", "POST", path)).status_code == 200

    async def left() -> bool:
        return leaving["participant_id"] not in await people(house, "chad")

    await house.until(left)
    after = (await people(house, "egypt"))[taker]
    assert (after["seats"], after["waiting"]) == (["beta"], {})


async def test_another_programme_has_its_reasons_and_seats_who_waits(house: House, pair: tuple[str, str]) -> None:
    assert (await publish(house, await run(house))).status_code == 201
    before = await people(house, "egypt")
    seats = sorted(each["seats"] for each in before.values())
    assert seats == [["alpha"], ["beta"], ["beta"], ["beta"]], "the free seat in alpha was allocated"
    waiting = next(who for who, each in before.items() if each["seats"] == ["alpha"])
    assert reasons(before[waiting]) == {"beta": "full"}
    await other_programme(house, {"room-beta": 4}, {"alpha": ["head"]})

    async def moved() -> bool:
        return (await people(house, "egypt"))[waiting]["seats"] == ["beta"]

    await house.until(moved)
    for delegation in ("egypt", "chad"):
        for each in (await people(house, delegation)).values():
            assert reasons(each).get("alpha", "not_entitled") == "not_entitled"
            assert "alpha" not in each["seats"]


async def test_who_may_attend_what_is_built_again_from_the_log_while_seats_are_in_force(
    house: House, pair: tuple[str, str]
) -> None:
    before = [await people(house, delegation) for delegation in ("egypt", "chad")]
    ended = await rebuilt(house, "session_allocation", "entitlements", swap=False)
    assert (ended["state"], ended["equal"]) == ("compared", True), ended
    assert [await people(house, delegation) for delegation in ("egypt", "chad")] == before
