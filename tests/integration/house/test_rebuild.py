"""A read model is built again from the log beside the live one: equal by hash, swapped in, without side effects."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from shared.contracts.topics import ACCREDITATION_PARTICIPANTS, AUDIT
from shared.messaging.outbox import OUTBOX
from shared.messaging.shadow import SHADOW_SUFFIX
from shared.security.principal import Role
from tests.integration.house.house import House, person
from tests.integration.house.shared.test_gate import badge_of
from tests.integration.house.shared.test_gate_tokens import TOKENS, issue
from tests.integration.house.terminal import served

MODELS = [
    ("entrance", "badges", ("badges",)),
    ("entrance", "tokens", ("tokens",)),
    ("operations", "story", ("story_chapters", "gate_freshness")),
    ("session_allocation", "entitlements", ("entitlements",)),
    ("accreditation", "conference", ("conference",)),
]
BASE = "/api/operations/v1/console/read-models"


NAMES = iter(
    [
        "Karim Haddad",
        "Sonia Belkacem",
        "Yorgos Pappas",
        "Moussa Traore",
        "Leila Mansour",
        "Tahar Ziani",
        "Nadia Qasim",
        "Pierre Duval",
        "Maria Vella",
        "Ibrahim Keita",
        "Selma Aydin",
        "Omar Fituri",
        "Hawa Diallo",
        "Luca Ferri",
        "Rania Shahin",
        "Elena Kosta",
        "Bilal Hamdi",
        "Aisha Nour",
        "Jorge Vidal",
        "Zeynep Kaya",
        "Samir Lotfi",
        "Fatou Sow",
        "Dimitri Nikas",
        "Huda Salem",
        "Paul Borg",
        "Mariam Sidibe",
    ]
)


def staff(count: int) -> list[dict[str, Any]]:
    """People who are nobody else's doubles, so that their badges are signed by themselves."""
    names = [next(NAMES) for _ in range(count)]
    return [
        person(Category="staff", **{"Full name": name, "Date of birth": f"19{60 + len(name)}-0{1 + len(name) % 9}-17"})
        for name in names
    ]


async def settled(house: House, *people: dict[str, Any]) -> None:
    await house.register("egypt", *people)
    await asyncio.sleep(1)
    await house.settled()


async def told_of_tokens(house: House) -> None:
    """A weapon, whose serial is in no event, that was booked into the armoury, and a floater that was lost."""
    holder, _, _ = await badge_of(house)
    rifle, floater = await issue(house, "weapon_permit", holder=holder, mark="AK 1"), await issue(house, "floater")
    for token, what, asked in ((rifle, "custody", {"custody": "armoury"}), (floater, "ending", {"state": "lost"})):
        path = f"{TOKENS}/{token['token_id']}/{what}"
        assert (await house.call(Role.ACCREDITATION_OFFICER, "POST", path, json=asked)).status_code == 200


async def rebuilt(house: House, service: str, model: str, *, swap: bool) -> dict[str, Any]:
    answer = await house.call(Role.OPERATOR, "POST", f"{BASE}/{service}/{model}/rebuild", json={"swap": swap})
    assert answer.status_code == 202, answer.text
    identity, last = answer.json()["id"], answer.json()

    async def ended() -> bool:
        nonlocal last
        models = (await house.call(Role.OPERATOR, "GET", BASE)).json()["models"]
        last = next(each["last"] for each in models if (each["service"], each["model"]) == (service, model))
        return last["id"] == identity and last["state"] not in ("building", "swapping")

    await house.until(ended, seconds=60)
    return last


@pytest.mark.parametrize(("service", "model", "collections"), MODELS, ids=[each[1] for each in MODELS])
async def test_a_model_built_from_the_log_is_equal_to_the_live_one(
    house: House, service: str, model: str, collections: tuple[str, ...]
) -> None:
    if model == "tokens":
        await told_of_tokens(house)
    await settled(house, *staff(3))
    database = house.app.services[service].kernel.database
    told = await database.collection(OUTBOX).count({})
    ended = await rebuilt(house, service, model, swap=False)
    assert (ended["state"], ended["equal"]) == ("compared", True), ended
    documents = [await database.collection(each).count({}) for each in collections]
    assert ended["live"]["documents"] == sum(documents) > 0
    assert await database.collection(OUTBOX).count({}) == told, "nothing is told of again"
    assert not {each + SHADOW_SUFFIX for each in collections} & set(await database.collection_names())


async def test_a_model_that_was_damaged_is_told_and_the_built_one_takes_its_place_under_load(house: House) -> None:
    await settled(house, *staff(3))
    database = house.app.services["entrance"].kernel.database
    badges = database.collection("badges")
    some = await badges.find({}, sort=[("_id", 1)], limit=2)
    await badges.update_one({"_id": some[0]["_id"]}, {"$set": {"state": "active", "delegation": "nowhere"}})
    await badges.delete_one({"_id": some[1]["_id"]})
    told = await rebuilt(house, "entrance", "badges", swap=False)
    assert (told["state"], told["equal"]) == ("compared", False)
    swapped, _ = await asyncio.gather(
        rebuilt(house, "entrance", "badges", swap=True),
        house.register("chad", *(each | {"Nationality": "TCD"} for each in staff(5))),
    )
    assert swapped["state"] == "swapped", swapped
    await settled(house, *staff(1))
    assert await badges.find({}, sort=[("_id", 1)], limit=1_000) == await folded(house)
    again = await rebuilt(house, "entrance", "badges", swap=False)
    assert again["equal"], again
    outbox = database.collection(OUTBOX)
    facts = await outbox.find({"topic": AUDIT}, limit=100)
    assert [b"read_model.swapped" in fact["data"] for fact in facts] == [True]


async def folded(house: House) -> list[dict[str, Any]]:
    """The badges as they are; those that were damaged are whole again."""
    badges = house.app.services["entrance"].kernel.database.collection("badges")
    found = await badges.find({}, sort=[("_id", 1)], limit=1_000)
    assert all(each["delegation"] in ("egypt", "chad") for each in found)
    issued = house.app.services["accreditation"].kernel.database.collection("badges")
    assert {each["_id"] for each in found} == {each["_id"] for each in await issued.find({}, limit=1_000)}
    return found


async def test_nothing_is_swapped_in_while_another_process_folds_the_model_too(house: House) -> None:
    await settled(house, *staff(1))
    access = house.app.services["entrance"].kernel.access
    group = access.topic("entrance.badges")
    other = AIOKafkaConsumer(access.topic(ACCREDITATION_PARTICIPANTS), **access.client_options(), group_id=group)
    await other.start()
    try:
        refused = await rebuilt(house, "entrance", "badges", swap=True)
    finally:
        await other.stop()
    assert (refused["state"], refused["problem"]) == ("failed", "several_processes")
    assert (await rebuilt(house, "entrance", "badges", swap=True))["state"] == "swapped"


async def test_what_is_no_model_is_refused_and_an_auditor_rebuilds_nothing(house: House) -> None:
    answer = await house.call(Role.OPERATOR, "POST", f"{BASE}/entrance/nothing/rebuild", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "rebuild.no_such_model")
    refused = await house.call(Role.AUDITOR, "POST", f"{BASE}/entrance/badges/rebuild", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")


async def test_the_command_rebuilds_as_an_operator_who_signs_in(house: House) -> None:
    async with served(house) as terminal:
        await terminal.opened("rebuilder@example.org", Role.OPERATOR)
        who = ("--email", "rebuilder@example.org")
        good = await terminal.bawaba("rebuild", "entrance", "badges", *who)
        assert (good.returncode, good.stdout.splitlines()[-1].strip()) == (0, "equal"), good.stderr
        wrong = await terminal.bawaba("rebuild", "entrance", "badges", *who, password="wrong")
        absent = await terminal.bawaba("rebuild", "entrance", "nothing", *who)
        assert (wrong.returncode, absent.returncode) == (2, 2)
        assert "no read model" in absent.stderr
