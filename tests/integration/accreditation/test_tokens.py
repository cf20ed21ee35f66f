"""Tokens beside the badge, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
from typing import Any

import pypdfium2
import pytest

from services.accreditation.main import STATIC
from shared.contracts.registration import ParticipantErased
from shared.testing.conference import small_conference
from shared.web.pages import static_files
from tests.conftest import Namespace
from tests.integration.accreditation.desk import API, FOCAL_POINT, OFFICER, SECOND_OFFICER, Desk, open_desk, tell, until
from tests.integration.accreditation.test_badge_life import post
from tests.integration.accreditation.test_badges import prepared

static_files([STATIC])


async def issue(desk: Desk, kind: str, **facts: Any) -> dict[str, Any]:
    return await post(desk, "/tokens", {"kind": kind, "delegation": "egypt", **facts})


async def test_a_delegation_has_no_more_floaters_than_its_quota_whatever_is_asked_at_once(namespace: Namespace) -> None:
    rules = [{"kind": "floater", "per_delegation": 2}]
    async with open_desk(namespace, small_conference(tokens=rules)) as desk:
        await prepared(desk, "p-1")
        answers = await asyncio.gather(*(issue(desk, "floater") for _ in range(5)))
        refused = [answer for answer in answers if answer.get("code") == "accreditation.token_quota"]
        assert (len(answers) - len(refused), refused[0]["data"]) == (2, {"places": 2})
        assert len({answer["number"] for answer in answers if "number" in answer}) == 2
        first = next(answer for answer in answers if "number" in answer)
        assert (await post(desk, f"/tokens/{first['token_id']}/ending", {"state": "lost"}))["state"] == "lost"
        assert "number" in await issue(desk, "floater")


async def test_who_is_named_must_be_approved_and_of_the_delegation(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await desk.submit("p-2")
    await desk.submit("p-3", category="staff", delegation="chad")
    for person in ("p-2", "p-3"):
        await desk.until_told(person, "DossierChecked")
    await desk.decide("approve", "p-3")
    for manifest in (["p-2"], ["p-1", "p-3"], ["p-none"]):
        refused = await issue(desk, "vehicle_permit", mark="5-1234", manifest=manifest)
        assert refused["code"] == "accreditation.not_approved"
    made = await issue(desk, "vehicle_permit", mark="5-1234", manifest=["p-1"])
    changed = await post(desk, f"/tokens/{made['token_id']}/manifest", {"manifest": ["p-2"]})
    assert changed["code"] == "accreditation.not_approved"
    (row,) = (await desk.call("GET", f"{API}/tokens?delegation=egypt")).json()["rows"]
    assert (row["mark"], row["manifest"]) == ("5-1234", ["p-1"])
    assert b"5-1234" not in b"".join(event.to_json() for event in await desk.told("egypt"))


@pytest.mark.parametrize(
    ("mark", "fault"),
    [("AK\u200f 4711", "direction_mark"), ("AK\u200b4711", "invisible"), ("\u0410K 4711", "mixed_scripts")],
)
async def test_a_mark_that_misleads_its_reader_is_refused_at_its_field(desk: Desk, mark: str, fault: str) -> None:
    await prepared(desk, "p-1")
    refused = await issue(desk, "weapon_permit", holder="p-1", mark=mark)
    assert (refused["status"], refused["data"]) == (422, {"field": "mark", "fault": fault})
    assert (await desk.call("GET", f"{API}/tokens")).json()["rows"] == []


async def test_of_two_who_change_a_manifest_at_once_the_second_is_told_of_the_first(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2", "p-3")
    made = await issue(desk, "vehicle_permit", mark="5-1234", manifest=["p-1"])
    path = f"/tokens/{made['token_id']}"
    (row,) = (await desk.call("GET", f"{API}/tokens")).json()["rows"]
    page = (await desk.call("GET", "/accreditation/tokens", accept="text/html")).text
    assert f'data-version="{row["version"]}"' in page
    await post(desk, f"{path}/custody", {"custody": "desk"})
    seen = {"version": row["version"]}
    assert (await post(desk, f"{path}/manifest", {"manifest": ["p-2"], **seen}))["state"] == "valid"
    refused = await desk.call("POST", f"{API}{path}/manifest", {"manifest": ["p-3"], **seen}, as_=SECOND_OFFICER)
    assert (refused.status_code, refused.json()["code"]) == (409, "accreditation.token_changed")
    assert refused.json()["data"]["by"] == OFFICER.person_id
    (after,) = (await desk.call("GET", f"{API}/tokens")).json()["rows"]
    assert after["manifest"] == ["p-2"]
    again = {"manifest": ["p-3"], "version": after["version"]}
    assert (await desk.call("POST", f"{API}{path}/manifest", again, as_=SECOND_OFFICER)).status_code == 200


async def test_a_weapon_is_checked_into_the_armoury_and_out(desk: Desk) -> None:
    await prepared(desk, "p-1")
    made = await issue(desk, "weapon_permit", holder="p-1", mark="AK 4711")
    path = f"/tokens/{made['token_id']}"
    assert (await post(desk, f"{path}/custody", {"custody": "armoury"}))["custody"] == "armoury"
    assert (await post(desk, f"{path}/ending", {"state": "revoked"}))["state"] == "revoked"
    assert (await post(desk, f"{path}/custody", {"custody": "holder"}))["code"] == "accreditation.token_state"
    assert await desk.told_types("egypt") == ["TokenIssued", "TokenCustodyChanged", "TokenEnded"]


async def test_a_token_is_found_by_the_number_on_it(desk: Desk) -> None:
    await prepared(desk, "p-1")
    made = await issue(desk, "weapon_permit", holder="p-1", mark="AK 4711")
    floater = await issue(desk, "floater")
    printed: str = made["printed"]
    assert printed.startswith("W-")
    for typed in (printed, printed.lower().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))):
        (row,) = (await desk.call("GET", f"{API}/tokens?number={typed}")).json()["rows"]
        assert row["token_id"] == made["token_id"]
    none = "W-1" if printed != "W-1" else "W-2"
    assert (await desk.call("GET", f"{API}/tokens?number={none}")).json()["rows"] == []
    assert (await desk.call("GET", f"{API}/tokens?number=0000-0")).json()["code"] == "accreditation.token_number"
    page = await desk.call("GET", f"/accreditation/tokens?number={printed}", accept="text/html")
    assert ("AK 4711" in page.text, "Mohamed Ahmed Ali" in page.text, floater["printed"] in page.text) == (
        True,
        True,
        False,
    )
    assert (
        "Nothing has this number"
        in (await desk.call("GET", f"/accreditation/tokens?number={none}", accept="text/html")).text
    )


async def test_an_erased_person_leaves_no_serial_behind(desk: Desk) -> None:
    await prepared(desk, "p-1")
    rifle = await issue(desk, "weapon_permit", holder="p-1", mark="AK 4711")
    radio = await issue(desk, "radio_permit", holder="p-1", mark="MOT 1")
    await post(desk, f"/tokens/{radio['token_id']}/ending", {"state": "returned"})
    desk.outside.people["p-1"] = None
    erased = ParticipantErased(conference_id="small", participant_id="p-1", delegation="egypt", erasure_id="e-1")
    await tell(desk.registration, erased)

    async def rows() -> dict[str, Any]:
        found = (await desk.call("GET", f"{API}/tokens?delegation=egypt")).json()["rows"]
        return {row["token_id"]: (row["state"], row["mark"]) for row in found}

    async def forgotten() -> bool:
        return await rows() == {rifle["token_id"]: ("revoked", None), radio["token_id"]: ("returned", None)}

    await until(forgotten, rows)
    assert await desk.told_types("egypt") == ["TokenIssued", "TokenIssued", "TokenEnded", "TokenEnded"]


async def test_the_valid_tokens_of_a_list_are_printed_with_the_names_of_those_whom_they_are_for(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    car = await issue(desk, "vehicle_permit", mark="5-1234", manifest=["p-1", "p-2"])
    floaters = [await issue(desk, "floater") for _ in range(2)]
    await post(desk, f"/tokens/{floaters[0]['token_id']}/ending", {"state": "lost"})
    printed = await desk.call("GET", f"{API}/tokens/pages.pdf?delegation=egypt")
    assert printed.headers["content-type"] == "application/pdf"
    assert desk.outside.reads[-1] == ("badge", ("p-1", "p-2"))
    with pypdfium2.PdfDocument(printed.content) as document:
        said = [page.get_textpage().get_text_range() for page in document]
    assert [floaters[1]["printed"] in said[0], car["printed"] in said[1], len(said)] == [True, True, 3]
    assert "5-1234" in said[1]
    assert said[2].count("Mohamed Ahmed Ali") == 2
    one = await desk.call("GET", f"{API}/tokens/pages.pdf?number={floaters[1]['printed']}")
    with pypdfium2.PdfDocument(one.content) as document:
        assert len(document) == 1
    gone = await desk.call("GET", f"{API}/tokens/pages.pdf?number={floaters[0]['printed']}")
    assert gone.json()["code"] == "accreditation.nothing_to_print"
    assert (await desk.call("GET", f"{API}/tokens/pages.pdf", as_=FOCAL_POINT)).status_code == 403
