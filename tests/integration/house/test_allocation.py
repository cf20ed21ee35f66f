"""Seats: wishes, a draft, a version in force, reasons, and who moves in when somebody leaves."""

from __future__ import annotations

from typing import Any

import pytest

from shared.security.principal import Role
from tests.integration.house.house import House, person

API = "/api/session-allocation/v1"
ACCREDITATION = "/api/accreditation/v1"


async def approved(house: House, delegation: str, count: int) -> list[str]:
    """That many accredited delegates of a delegation."""
    nationality = {"egypt": "EGY", "chad": "TCD"}[delegation]
    people = [
        person(**{"Full name": f"{delegation} Person {'ABCDEFGHIJ'[n]}", "Nationality": nationality})
        for n in range(count)
    ]
    ids = await house.register(delegation, *people)

    async def checked() -> bool:
        queue = await house.call(Role.ACCREDITATION_OFFICER, "GET", f"{ACCREDITATION}/queue?delegation={delegation}")
        return {row["participant_id"] for row in queue.json()["rows"]} >= set(ids)

    await house.until(checked)
    body = {"decision": "approve", "participant_ids": ids}
    answer = await house.call(Role.ACCREDITATION_OFFICER, "POST", f"{ACCREDITATION}/decisions", json=body)
    assert {row["outcome"] for row in answer.json()["rows"]} == {"decided"}, answer.text

    async def entitled() -> bool:
        seats = await of_delegation(house, delegation)
        return {each["participant_id"] for each in seats["people"]} >= set(ids)

    await house.until(entitled)
    return ids


async def of_delegation(house: House, delegation: str, language: str = "en") -> dict[str, Any]:
    answer = await house.call(delegation, "GET", f"{API}/delegations/{delegation}/seats", language=language)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def wish(house: House, delegation: str, *default: str, **participants: list[str]) -> Any:
    body = {"default": default, "participants": participants}
    return await house.call(delegation, "PUT", f"{API}/delegations/{delegation}/preferences", json=body)


async def run(house: House) -> dict[str, Any]:
    answer = await house.call(Role.PROGRAMME_OFFICER, "POST", f"{API}/drafts")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def publish(house: House, draft: dict[str, Any]) -> Any:
    return await house.call(Role.PROGRAMME_OFFICER, "POST", f"{API}/versions", json={"draft_id": draft["draft_id"]})


@pytest.fixture(scope="module")
async def seated(house: House) -> dict[str, list[str]]:
    """Four of Egypt and three of Chad, all wishing alpha before beta, three seats a room; version 1 in force."""
    people = {"egypt": await approved(house, "egypt", 4), "chad": await approved(house, "chad", 3)}
    for delegation in people:
        assert (await wish(house, delegation, "alpha", "beta")).status_code == 200
    draft = await run(house)
    assert {item["session"]: (item["wished"], item["seated"]) for item in draft["sessions"]} == {
        "alpha": (7, 3),
        "beta": (7, 3),
    }
    answer = await publish(house, draft)
    assert (answer.status_code, answer.json()["version"]) == (201, 1), answer.text
    return people


async def test_everybody_has_a_seat_or_a_reason_in_their_language(house: House, seated: dict[str, list[str]]) -> None:
    for language, word in (("en", "waiting list"), ("fr", "liste d'attente"), ("ar", "الانتظار")):
        everybody = [each for name in seated for each in (await of_delegation(house, name, language))["people"]]
        assert len(everybody) == 7
        assert sum(len(each["seats"]) for each in everybody) == 6
        loser = next(each for each in everybody if not each["seats"])
        assert {item["code"] for item in loser["unmet"]} == {"full"}
        assert all(word in item["sentence"] for item in loser["unmet"])


async def test_each_delegation_has_its_held_seat(house: House, seated: dict[str, list[str]]) -> None:
    answer = await house.call(Role.PROGRAMME_OFFICER, "GET", f"{API}/sessions/alpha/seats")
    of = [each["delegation"] for each in answer.json()["seated"]]
    assert sorted(set(of)) == ["chad", "egypt"]
    assert len(answer.json()["waiting"]) == 4


async def test_events_tell_of_seats_and_of_the_version(house: House, seated: dict[str, list[str]]) -> None:
    outbox = house.app.services["session_allocation"].kernel.database.collection("outbox")
    rows = await outbox.find({"topic": "session_allocation.versions"}, limit=10)
    assert [b'"version":1' in row["data"] for row in rows][:1] == [True]
    assert await outbox.count({"data": {"$exists": True}, "topic": "session_allocation.participants"}) >= 7


async def test_a_draft_does_not_outlive_what_it_was_made_from(house: House, seated: dict[str, list[str]]) -> None:
    draft = await run(house)
    people = (await of_delegation(house, "chad"))["people"]
    # Who is drawn for alpha waits for nothing that other wishes could take away meanwhile: nobody's seats change.
    who = next(each["participant_id"] for each in people if "alpha" in each["seats"])
    assert (await wish(house, "chad", "alpha", "beta", **{who: ["beta"]})).status_code == 200
    answer = await publish(house, draft)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_allocation.draft_stale")
    assert (await wish(house, "chad", "alpha", "beta")).status_code == 200
    later = await run(house)
    gone = await publish(house, draft)
    assert (gone.status_code, gone.json()["code"]) == (404, "session_allocation.draft_gone")
    again = await publish(house, later)
    assert (again.status_code, again.json()) == (201, {"version": 2, "changed": 0})


@pytest.mark.parametrize(
    ("default", "participants"),
    [(["moon"], {}), (["alpha", "alpha"], {}), (["opening"], {}), ([], {"somebody-else": ["alpha"]})],
)
async def test_a_wrong_wish_is_refused_and_nothing_changes(
    house: House, seated: dict[str, list[str]], default: list[str], participants: dict[str, list[str]]
) -> None:
    answer = await wish(house, "egypt", *default, **participants)
    assert (answer.status_code, answer.json()["code"]) == (422, "session_allocation.wish_invalid")
    assert (await of_delegation(house, "egypt"))["preferences"]["default"] == ["alpha", "beta"]


async def test_wishes_for_another_delegations_person_are_refused(house: House, seated: dict[str, list[str]]) -> None:
    other = await wish(house, "egypt", **{seated["chad"][0]: ["alpha"]})
    nobody = await wish(house, "egypt", **{"0190-nobody": ["alpha"]})
    assert other.json()["code"] == nobody.json()["code"] == "session_allocation.wish_invalid"
    for path in ("seats", "preferences", "seat-swaps"):
        method = {"seats": "GET", "preferences": "PUT", "seat-swaps": "POST"}[path]
        body = {} if method == "PUT" else {"session": "alpha", "giver": "a", "taker": "b"}
        content = {} if method == "GET" else {"json": body}
        theirs = await house.call("chad", method, f"{API}/delegations/egypt/{path}", **content)
        none = await house.call("chad", method, f"{API}/delegations/nowhere/{path}", **content)
        assert (theirs.status_code, theirs.json()["detail"]) == (none.status_code, none.json()["detail"])
        assert theirs.status_code == 404


async def test_a_seat_is_given_inside_a_delegation_and_never_twice_at_one_time(
    house: House, seated: dict[str, list[str]]
) -> None:
    lists = {name: (await of_delegation(house, name))["people"] for name in seated}
    # Seven for six seats: one of them has none, and the lot says of which delegation.
    ((delegation, taker),) = [(name, each) for name in lists for each in lists[name] if not each["seats"]]
    giver, sitting = (next(each for each in lists[delegation] if code in each["seats"]) for code in ("beta", "alpha"))
    path = f"{API}/delegations/{delegation}/seat-swaps"
    body = {"session": "beta", "giver": giver["participant_id"], "taker": sitting["participant_id"]}
    clash = await house.call(delegation, "POST", path, json=body)
    assert (clash.status_code, clash.json()["data"]["why"]) == (409, "clash")
    body["taker"] = taker["participant_id"]
    given = await house.call(delegation, "POST", path, json=body)
    assert given.status_code == 200, given.text
    after = {each["participant_id"]: each["seats"] for each in (await of_delegation(house, delegation))["people"]}
    assert (after[body["giver"]], after[body["taker"]]) == ([], ["beta"])


async def test_who_leaves_frees_a_seat_for_who_waits_first(house: House, seated: dict[str, list[str]]) -> None:
    assert (await publish(house, await run(house))).status_code == 201
    before = (await house.call(Role.PROGRAMME_OFFICER, "GET", f"{API}/sessions/alpha/seats")).json()
    leaving, next_one = before["seated"][0], before["waiting"][0]
    assert (
        await house.call(
            leaving["delegation"], "POST", f"/api/registration/v1/participants/{leaving['participant_id']}/withdrawal"
        )
    ).status_code == 200

    async def moved() -> bool:
        now = (await house.call(Role.PROGRAMME_OFFICER, "GET", f"{API}/sessions/alpha/seats")).json()
        return next_one["participant_id"] in {each["participant_id"] for each in now["seated"]}

    await house.until(moved)
    programme = (await house.call(Role.PROGRAMME_OFFICER, "GET", f"{API}/programme")).json()
    figures = {item["code"]: (item["seated"], item["waiting"]) for item in programme["sessions"] if item["capacity"]}
    # Six remain for six seats: whoever moved to alpha freed a seat in beta, which went on to who had none.
    assert figures["alpha"][0] == figures["beta"][0] == 3
    everybody = [each for name in seated for each in (await of_delegation(house, name))["people"]]
    assert len(everybody) == 6
    assert all(len(each["seats"]) == 1 for each in everybody)
