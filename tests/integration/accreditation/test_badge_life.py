"""Cards, receipts, suspension, blanks and the desk, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contracts.entrance import Decision, Direction, ScanRecorded
from shared.messaging.kernel import Kernel
from shared.settings import ServiceSettings
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.integration.accreditation.desk import API, FOCAL_POINT, OFFICER, Desk, open_desk, tell, until
from tests.integration.accreditation.test_badges import MADE, prepared, states


async def post(desk: Desk, path: str, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.call("POST", API + path, body or {}, **more)).json()
    return found


async def receipt(desk: Desk, *people: str) -> str:
    made = await post(desk, "/receipts", {"delegation": "egypt", **({"participant_ids": people} if people else {})})
    return str(made["receipt_id"])


async def sign(desk: Desk, receipt_id: str, **more: Any) -> dict[str, Any]:
    return await post(desk, f"/delegations/egypt/receipts/{receipt_id}/signature", **{"as_": FOCAL_POINT, **more})


async def number_of(desk: Desk, participant_id: str) -> str:
    return str((await desk.badges(participant_id))[0]["number"])


def face_checked(participant_id: str, badge_id: str, *, face: bool = True) -> ScanRecorded:
    return ScanRecorded(
        conference_id="small",
        scan_id=SYSTEM.new_id(),
        gate="perimeter",
        zone="venue",
        direction=Direction.IN,
        device="d",
        device_sequence=1,
        decision=Decision.ADMIT,
        reason="admitted",
        scanned_at=SYSTEM.now(),
        participant_id=participant_id,
        delegation="egypt",
        badge_id=badge_id,
        face_checked=face,
    )


@pytest.fixture
async def gate(desk: Desk) -> AsyncIterator[Kernel]:
    kernel = Kernel(desk.namespace.settings(ServiceSettings, "entrance"), SYSTEM, service="entrance")
    async with kernel.running(indexes=()):
        yield kernel


async def test_a_signed_receipt_issues_badges_and_a_compared_face_activates_one(desk: Desk, gate: Kernel) -> None:
    (first, _) = await prepared(desk, "p-1", "p-2")
    signed = await sign(desk, await receipt(desk))
    assert [row["outcome"] for row in signed["rows"]] == ["issued", "issued"]
    assert await states(desk, "p-1") == ["issued"]
    await tell(gate, face_checked("p-1", first))
    await desk.until_told("p-1", *MADE, "BadgeIssued", "BadgeActivated")
    assert await states(desk, "p-2") == ["issued"]


async def test_a_scan_without_a_compared_face_activates_nothing(desk: Desk, gate: Kernel) -> None:
    (first, second) = await prepared(desk, "p-1", "p-2")
    await sign(desk, await receipt(desk))
    await tell(gate, face_checked("p-1", first, face=False))
    await tell(gate, face_checked("p-2", second))
    await desk.until_told("p-2", *MADE, "BadgeIssued", "BadgeActivated")
    assert await states(desk, "p-1") == ["issued"]


async def test_a_receipt_is_signed_once_and_by_its_own_delegation(desk: Desk) -> None:
    await prepared(desk, "p-1")
    asked = {"path": "/receipts", "body": {"delegation": "egypt"}, "key": "018f0000-0000-7000-8000-00000000aa01"}
    made = (await post(desk, **asked))["receipt_id"]
    assert (await sign(desk, made, as_=OFFICER))["code"] == "accreditation.paper_number_required"
    assert (await post(desk, f"/delegations/chad/receipts/{made}/signature", as_=FOCAL_POINT))["code"] == "not_found"
    answers = await asyncio.gather(*(sign(desk, made) for _ in range(4)))
    codes = [answer.get("code") for answer in answers]
    assert sorted(map(str, codes)) == ["None", *["accreditation.receipt_state"] * 3]
    assert (await desk.told_types("p-1")).count("BadgeIssued") == 1
    assert (await post(desk, **asked))["receipt_id"] == made, "asked for again: there is nothing to issue any more"
    listed = await desk.call("GET", f"{API}/delegations/egypt/receipts", as_=FOCAL_POINT)
    assert listed.json()["rows"][0]["numbers"] == [await number_of(desk, "p-1")]
    assert "BWB1:" not in listed.text


async def test_a_badge_that_ended_before_the_signature_is_not_issued(desk: Desk) -> None:
    (gone, _) = await prepared(desk, "p-1", "p-2")
    made = await receipt(desk)
    await post(desk, f"/badges/{gone}/revocation", {"reason": "lost"})
    signed = await post(desk, f"/delegations/egypt/receipts/{made}/signature", {"paper": "2027/12"})
    assert [row["code"] for row in signed["rows"]].count("accreditation.badge_state") == 1
    assert await states(desk, "p-2") == ["issued"]


async def test_a_cancelled_receipt_cannot_be_signed(desk: Desk) -> None:
    await prepared(desk, "p-1")
    made = await receipt(desk)
    assert (await post(desk, f"/receipts/{made}/cancellation"))["state"] == "cancelled"
    assert (await sign(desk, made))["code"] == "accreditation.receipt_state"
    assert await states(desk, "p-1") == ["prepared"]


async def test_a_suspended_badge_is_resumed_or_stays_suspended_whatever_is_tried(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    assert (await post(desk, f"/badges/{badge}/suspension"))["state"] == "suspended"
    await post(desk, f"/badges/{badge}/replacement", {"reason": "damaged"})
    assert await desk.activate("p-1") == ["accreditation.badge_state"]
    assert (await post(desk, f"/badges/{badge}/resumption"))["state"] == "active"
    assert await desk.activate("p-1") == ["activated"]
    assert await states(desk, "p-1") == ["active", "revoked"]


async def test_nothing_that_happens_at_once_leaves_two_badges_in_force(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    blank = (await post(desk, "/blanks", {"category": "staff", "count": 1}))["numbers"][0]
    made = await receipt(desk)
    await asyncio.gather(
        desk.activate("p-1"),
        desk.activate("p-1"),
        sign(desk, made),
        post(desk, f"/badges/{badge}/replacement", {"reason": "damaged"}),
        post(desk, f"/blanks/{blank}/binding", {"participant_id": "p-1"}),
        post(desk, f"/badges/{badge}/suspension"),
    )
    found = await states(desk, "p-1")
    assert sum(state in ("active", "suspended") for state in found) == 1
    assert sum(state in ("prepared", "issued") for state in found) <= 1


async def test_a_blank_is_bound_to_one_person_and_ends_what_they_had(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    await desk.activate("p-1")
    made = await post(desk, "/blanks", {"category": "staff", "count": 2})
    number = made["numbers"][0]
    assert (await post(desk, f"/blanks/{number}/binding", {"participant_id": "p-1"}))["state"] == "active"
    assert await states(desk, "p-1") == ["active", "revoked"]
    assert (await desk.told_types("p-1"))[-3:] == ["BadgePrepared", "BadgeRevoked", "BadgeActivated"]
    again = await post(desk, f"/blanks/{number}/binding", {"participant_id": "p-2"})
    assert again["code"] == "accreditation.blank_state"
    credential = desk.verified((await desk.badges("p-1"))[0]["credential"])
    assert credential.profile_version == 0


async def test_a_blank_of_another_category_or_for_nobody_is_refused(desk: Desk) -> None:
    await prepared(desk, "p-1")
    number = (await post(desk, "/blanks", {"category": "delegate", "count": 1}))["numbers"][0]
    path = f"/blanks/{number}/binding"
    assert (await post(desk, path, {"participant_id": "p-1"}))["code"] == "accreditation.blank_category"
    assert (await post(desk, path, {"participant_id": "p-none"}))["code"] == "accreditation.dossier_not_found"
    assert (await post(desk, f"/blanks/{number}/voidance"))["state"] == "void"
    assert (await post(desk, f"/blanks/{number}/voidance"))["code"] == "accreditation.blank_state"


async def test_the_desk_sees_a_face_by_number_and_by_symbol(desk: Desk) -> None:
    await prepared(desk, "p-1")
    (badge,) = await desk.badges("p-1")
    for read in (badge["number"], badge["number"].lower().replace("-", " "), badge["credential"]):
        found = await post(desk, "/desk/lookups", {"read": read})
        assert (found["participant_id"], found["person"]["name_latin"]) == ("p-1", "Mohamed Ahmed Ali")
    assert desk.outside.reads[-1] == ("badge", ("p-1",))
    assert (await post(desk, "/desk/lookups", {"read": "0000-0"}))["code"] in (
        "accreditation.badge_number",
        "accreditation.badge_not_found",
    )
    forged = await post(desk, "/desk/lookups", {"read": "BWB1:NONSENSE"})
    assert (forged["code"], forged["data"]["reason"]) == ("accreditation.credential_refused", "malformed")


async def test_cards_are_accounted_for_and_issuance_waits_for_a_good_one(namespace: Namespace) -> None:
    async with open_desk(namespace, small_conference(numbered_cards=True)) as desk:
        await prepared(desk, "p-1")
        number = await number_of(desk, "p-1")
        assert await desk.activate("p-1") == ["accreditation.card_required"]
        assert (await post(desk, "/receipts", {"delegation": "egypt"}))["code"] == "accreditation.nothing_to_issue"
        assert (await post(desk, "/card-stock", {"first": "A001", "last": "A010"}))["cards"] == 10
        overlap = await post(desk, "/card-stock", {"first": "A010", "last": "A020"})
        assert overlap["code"] == "accreditation.stock_overlap"

        async def cards(*outcomes: tuple[str, str]) -> str:
            rows = [{"badge_number": number, "card": card, "outcome": outcome} for card, outcome in outcomes]
            (row,) = (await post(desk, "/cards", {"cards": rows}))["rows"]
            return str(row["code"] or row["outcome"])

        assert await cards(("B001", "printed")) == "accreditation.card_not_in_stock"
        assert await cards(("A001", "printed"), ("A001", "spoiled"), ("A002", "confirmed")) == "recorded"
        assert await cards(("A003", "printed")) == "accreditation.card_confirmed"
        assert await cards(("A001", "confirmed")) == "accreditation.card_state"
        (batch,) = (await desk.call("GET", f"{API}/card-stock")).json()["batches"]
        counts = {name: batch[name] for name in ("in_stock", "printed", "confirmed", "spoiled")}
        assert counts == {"in_stock": 8, "printed": 0, "confirmed": 1, "spoiled": 1}
        assert await desk.activate("p-1") == ["activated"]
        assert (await post(desk, "/desk/lookups", {"read": number}))["cards"] == 2


async def test_a_focal_point_gets_no_page_of_a_badge_that_is_not_active_whatever_its_state(desk: Desk) -> None:
    prepared_badge, stopped = await prepared(desk, "p-1", "p-2")
    await desk.activate("p-2")
    await post(desk, f"/badges/{stopped}/suspension")
    for badge, participant in ((prepared_badge, "p-1"), (stopped, "p-2")):
        (kept,) = await desk.badges(participant)
        for kind in ("page.pdf", "page.png", "wallet/apple", "wallet/google"):
            answer = await desk.call("GET", f"{API}/badges/{badge}/{kind}", as_=FOCAL_POINT)
            assert (answer.status_code, answer.json()["code"]) == (409, "accreditation.badge_state")
            assert kept["credential"] not in answer.text


async def test_what_the_desk_told_is_known_to_every_service_that_listens(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    await post(desk, f"/badges/{badge}/suspension")
    await post(desk, f"/badges/{badge}/resumption")

    async def told() -> bool:
        return (await desk.told_types("p-1"))[-3:] == ["BadgeActivated", "BadgeSuspended", "BadgeResumed"]

    await until(told, lambda: desk.told_types("p-1"))
