"""A badge's life at the desk, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from services.accreditation.adapters.mongo import BADGES
from services.accreditation.adapters.serials import MongoSerials
from shared.security.signing_keys import create_signing_key
from shared.storage import DuplicateKeyError
from tests.conftest import Namespace
from tests.integration.accreditation.desk import ADMINISTRATOR, API, Desk, built, until_keys_told

MADE = ("DossierChecked", "ParticipantApproved", "BadgePrepared")


async def prepared(desk: Desk, *participant_ids: str) -> list[str]:
    """Badges of automatically approved people, by id."""
    for person in participant_ids:
        await desk.submit(person, category="staff")
    for person in participant_ids:
        await desk.until_told(person, *MADE)
    return [(await desk.badges(person))[0]["_id"] for person in participant_ids]


async def post(desk: Desk, badge_id: str, what: str, reason: str) -> dict[str, Any]:
    response = await desk.call("POST", f"{API}/badges/{badge_id}/{what}", {"reason": reason})
    found: dict[str, Any] = response.json()
    return found


async def states(desk: Desk, participant_id: str) -> list[str]:
    return [badge["state"] for badge in await desk.badges(participant_id)]


async def test_badges_are_activated_in_bulk_and_once(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    assert await desk.activate("p-1", "p-2", "p-none") == ["activated", "activated", "accreditation.dossier_not_found"]
    assert await desk.activate("p-1") == ["already_active"]
    assert (await desk.told_types("p-1")).count("BadgeActivated") == 1


async def test_a_lost_badge_ends_at_once(desk: Desk) -> None:
    (lost,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    new = await post(desk, lost, "replacement", "lost")
    assert await states(desk, "p-1") == ["prepared", "revoked"]
    assert (await desk.badges("p-1"))[0]["replaces"] == lost
    assert await desk.told_types("p-1") == [*MADE, "BadgeActivated", "BadgeRevoked", "BadgePrepared"]
    await desk.activate("p-1")
    assert (await desk.badges("p-1"))[0]["_id"] == new["badge_id"]


async def test_a_damaged_badge_ends_when_its_replacement_is_activated(desk: Desk) -> None:
    (damaged,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    await post(desk, damaged, "replacement", "damaged")
    assert await states(desk, "p-1") == ["prepared", "active"]
    await desk.activate("p-1")
    assert await states(desk, "p-1") == ["active", "revoked"]
    assert (await desk.told_types("p-1"))[-2:] == ["BadgeRevoked", "BadgeActivated"]


async def test_a_revoked_badge_is_replaced_only_if_it_was_lost(desk: Desk) -> None:
    lost, taken = await prepared(desk, "p-1", "p-2")
    await post(desk, lost, "revocation", "lost")
    await post(desk, taken, "revocation", "withdrawn")
    assert (await post(desk, lost, "replacement", "lost"))["state"] == "prepared"
    assert (await post(desk, lost, "replacement", "lost"))["code"] == "accreditation.badge_state"
    assert (await post(desk, taken, "replacement", "lost"))["code"] == "accreditation.badge_state"


async def test_consequences_of_other_commands_are_no_reasons_to_give(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    assert (await post(desk, badge, "revocation", "rejected"))["code"] == "request_invalid"
    assert await states(desk, "p-1") == ["prepared"]


async def test_replacements_at_the_same_moment_leave_one_prepared_badge(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    await asyncio.gather(*(post(desk, badge, "replacement", "damaged") for _ in range(6)))
    found = await states(desk, "p-1")
    assert (found.count("active"), found.count("prepared")) == (1, 1)


async def test_the_database_itself_refuses_a_second_active_badge(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await desk.activate("p-1")
    (badge,) = await desk.badges("p-1")
    with pytest.raises(DuplicateKeyError):
        await desk.service.kernel.database.collection(BADGES).insert_one({**badge, "_id": "second", "serial": -1})


async def test_badges_are_listed_by_delegation_and_state_without_their_credential(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    await desk.activate("p-1")
    found = await desk.call("GET", f"{API}/badges?delegation=egypt&state=active", as_=ADMINISTRATOR)
    assert [row["participant_id"] for row in found.json()["rows"]] == ["p-1"]
    assert "BWB1:" not in found.text


async def test_the_printed_page_carries_the_credential(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    page = await desk.call("GET", f"{API}/badges/{badge_id}/page.png")
    assert page.headers["content-type"] == "image/png"
    symbols = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.content)))
    assert [symbol.text for symbol in symbols] == [(await desk.badges("p-1"))[0]["credential"]]
    pdf = await desk.call("GET", f"{API}/badges/{badge_id}/page.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert desk.outside.reads[-1] == ("badge", ("p-1",))


async def test_the_badge_of_an_erased_person_cannot_be_printed(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    desk.outside.people["p-1"] = None
    page = await desk.call("GET", f"{API}/badges/{badge_id}/page.pdf")
    assert (page.status_code, page.json()["code"]) == (404, "accreditation.person_erased")


async def test_a_revoked_badge_is_not_printed(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    await post(desk, badge_id, "revocation", "lost")
    page = await desk.call("GET", f"{API}/badges/{badge_id}/page.png")
    assert page.json()["code"] == "accreditation.badge_state"


async def test_serials_never_repeat_over_processes(desk: Desk) -> None:
    database = desk.service.kernel.database
    both = [MongoSerials(database, bytes(16)) for _ in range(2)]
    taken = await asyncio.gather(*(serials.take() for serials in both for _ in range(100)))
    assert len(set(taken)) == 200


async def test_a_new_signing_key_is_told_at_the_next_start_and_old_badges_still_verify(
    own_desk: Desk, namespace: Namespace
) -> None:
    desk = own_desk
    await prepared(desk, "p-1")
    create_signing_key(namespace.secrets / "signing", 2027)
    with ThreadPoolExecutor(1) as pool:
        restarted = await built(namespace, desk.outside, pool)
        for _ in range(2):
            await restarted.before[0]()
        await restarted.kernel.store.close()
    await until_keys_told(desk)
    assert [key["key_id"] for key in desk.published_keys] == ["07eb01", "07eb02"]
    assert desk.verified((await desk.badges("p-1"))[0]["credential"]).profile_version == 1
