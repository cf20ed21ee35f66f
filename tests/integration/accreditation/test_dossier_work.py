"""Claims, previews, assignments, time limits and broken glass, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest

from services.accreditation.adapters.mongo import DOSSIERS
from services.accreditation.application import Application
from services.accreditation.main import STATIC
from shared.contracts.accreditation import BadgeRevoked, StageDueSoon, StageOverdue
from shared.testing.conference import small_conference
from shared.web.pages import static_files
from tests.conftest import Namespace
from tests.integration.accreditation.desk import (
    API,
    OFFICER,
    OFFICERS_OTHER_ACCOUNT,
    SECOND_OFFICER,
    Desk,
    open_desk,
)

static_files([STATIC])


async def submitted(desk: Desk, participant_id: str, **more: Any) -> None:
    await desk.submit(participant_id, **more)
    await desk.until_told(participant_id, "DossierChecked")


async def claim(desk: Desk, participant_id: str, as_: Any = OFFICER, **body: Any) -> Any:
    return await desk.call("PUT", f"{API}/dossiers/{participant_id}/claim", body, as_=as_)


async def dossier(desk: Desk, participant_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.call("GET", f"{API}/dossiers/{participant_id}")).json()["dossier"]
    return found


async def page(desk: Desk, participant_id: str, as_: Any = OFFICER) -> str:
    return (await desk.call("GET", f"/accreditation/dossiers/{participant_id}", as_=as_, accept="text/html")).text


def application(desk: Desk) -> Application:
    assert isinstance(desk.service.application, Application)
    return desk.service.application


async def test_two_officers_never_work_the_same_dossier_unknowingly(desk: Desk) -> None:
    await submitted(desk, "p-1")
    answers = await asyncio.gather(*(claim(desk, "p-1", who) for who in (OFFICER, SECOND_OFFICER)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner, loser = (OFFICER, SECOND_OFFICER) if answers[0].status_code == 200 else (SECOND_OFFICER, OFFICER)
    refused = await desk.decide("approve", "p-1", as_=loser)
    assert (refused[0]["code"], refused[0]["data"]["by"]) == ("accreditation.claimed", winner.person_id)
    assert (await desk.decide("approve", "p-1", as_=winner))[0]["outcome"] == "decided"


async def test_a_claim_can_be_renewed_ended_and_taken_over(desk: Desk) -> None:
    await submitted(desk, "p-1")
    assert (await claim(desk, "p-1")).status_code == 200
    assert (await claim(desk, "p-1", OFFICERS_OTHER_ACCOUNT)).status_code == 200
    assert (await claim(desk, "p-1", SECOND_OFFICER, take_over=True)).status_code == 200
    assert (await desk.decide("approve", "p-1"))[0]["code"] == "accreditation.claimed"
    assert (await desk.call("DELETE", f"{API}/dossiers/p-1/claim")).status_code == 204
    assert (await desk.decide("approve", "p-1"))[0]["code"] == "accreditation.claimed"
    await desk.call("DELETE", f"{API}/dossiers/p-1/claim", as_=SECOND_OFFICER)
    assert (await desk.decide("approve", "p-1"))[0]["outcome"] == "decided"


async def test_a_second_decision_is_told_who_did_what(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await desk.decide("approve", "p-1")
    row = (await desk.decide("return", "p-1", fields=["photo"], as_=SECOND_OFFICER))[0]
    assert (row["code"], row["data"]["action"], row["data"]["by"]) == (
        "accreditation.already_decided",
        "approve",
        OFFICER.person_id,
    )


async def test_a_preview_shows_whom_a_decision_touches_and_changes_nothing(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await submitted(desk, "p-2", category="head", delegation="chad")
    await submitted(desk, "p-3")
    await claim(desk, "p-3", SECOND_OFFICER)
    body = {"decision": "approve", "participant_ids": ["p-1", "p-2", "p-3", "p-none"]}
    shown = (await desk.call("POST", f"{API}/decisions/preview", body)).json()
    assert [(row["participant_id"], row["code"] or row["outcome"]) for row in shown["rows"]] == [
        ("p-1", "decided"),
        ("p-2", "awaits_second_officer"),
        ("p-3", "accreditation.claimed"),
        ("p-none", "accreditation.dossier_not_found"),
    ]
    assert shown["delegations"] == {"egypt": 1, "chad": 1}
    assert await desk.told_types("p-1") == ["DossierChecked"]


async def test_more_information_returns_to_the_same_officer_unless_taken_over(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await desk.decide("return", "p-1", fields=["photo"])
    await desk.submit("p-1", revision=2)
    await desk.until_told("p-1", "DossierChecked", "ParticipantReturned", "DossierChecked")
    assert (await dossier(desk, "p-1"))["assigned_to"] == OFFICER.person_id
    assert (await desk.decide("approve", "p-1", as_=SECOND_OFFICER))[0]["code"] == "accreditation.assigned"
    assert (await claim(desk, "p-1", SECOND_OFFICER)).json()["code"] == "accreditation.assigned"
    assert (await claim(desk, "p-1", SECOND_OFFICER, take_over=True)).status_code == 200
    assert (await desk.decide("approve", "p-1", as_=SECOND_OFFICER))[0]["outcome"] == "decided"


async def test_what_time_brings_is_told_once(desk: Desk) -> None:
    await submitted(desk, "p-1")
    dossiers = desk.service.kernel.database.collection(DOSSIERS)
    now = desk.service.kernel.world.now()
    for passed in ({"remind_at": now, "wakes_at": now}, {"due": now, "wakes_at": now}):
        await dossiers.update_one({"_id": "p-1"}, {"$set": passed})
        await asyncio.gather(*(application(desk).follow_deadlines.once() for _ in range(4)))
    told = await desk.told("p-1")
    assert [type(event) for event in told[1:]] == [StageDueSoon, StageOverdue]
    assert (await dossier(desk, "p-1"))["is_overdue"]


async def test_a_rejection_ends_the_badge_at_once_and_is_told_to_the_delegation_at_its_hour(
    namespace: Namespace,
) -> None:
    async with open_desk(namespace, small_conference(rejections_released_every_minutes=60)) as desk:
        await desk.submit("p-1", category="staff")
        made = ["DossierChecked", "ParticipantApproved", "BadgePrepared"]
        await desk.until_told("p-1", *made)
        await desk.decide("reject", "p-1", releasable_code="not_accredited", internal_code="watchlist")
        told = await desk.told("p-1")
        assert isinstance(told[-1], BadgeRevoked)
        assert len(told) == 4
        hour_ago = desk.service.kernel.world.now() - timedelta(hours=1)
        changed = {"tell_at": hour_ago, "wakes_at": hour_ago}
        await desk.service.kernel.database.collection(DOSSIERS).update_one({"_id": "p-1"}, {"$set": changed})
        await application(desk).follow_deadlines.once()
        assert await desk.told_types("p-1") == [*made, "BadgeRevoked", "ParticipantRejected"]
        assert b"watchlist" not in b"".join(event.to_json() for event in await desk.told("p-1"))


async def test_broken_glass_gives_a_badge_and_owes_a_review(desk: Desk) -> None:
    await submitted(desk, "p-1", category="head")
    path = f"{API}/dossiers/p-1/break-glass"
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = await desk.call("POST", path, {"internal_code": "emergency"}, key=key)
        assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    made = ["DossierChecked", "BreakGlassUsed", "ParticipantApproved", "BadgePrepared"]
    assert await desk.told_types("p-1") == made
    queue = (await desk.call("GET", f"{API}/queue")).json()["rows"]
    assert [(row["participant_id"], row["break_glass_by"]) for row in queue] == [("p-1", OFFICER.person_id)]
    own = await desk.call("POST", f"{path}/review", {"upheld": True}, as_=OFFICERS_OTHER_ACCOUNT)
    assert own.json()["code"] == "accreditation.same_person"
    answer = await desk.call("POST", f"{path}/review", {"upheld": False}, as_=SECOND_OFFICER)
    assert answer.json()["state"] == "rejected"
    assert (await desk.told_types("p-1"))[4:] == ["BreakGlassReviewed", "ParticipantRejected", "BadgeRevoked"]
    assert (await desk.call("GET", f"{API}/queue")).json()["total"] == 0


async def test_no_emergency_passes_over_another_officers_claim(desk: Desk) -> None:
    await submitted(desk, "p-1", category="head")
    await claim(desk, "p-1", SECOND_OFFICER)
    path = f"{API}/dossiers/p-1/break-glass"
    refused = await desk.call("POST", path, {"internal_code": "conduct"})
    assert (refused.status_code, refused.json()["code"]) == (409, "accreditation.claimed")
    assert (await claim(desk, "p-1", take_over=True)).status_code == 200
    assert (await desk.call("POST", path, {"internal_code": "conduct"})).json()["state"] == "approved"
    assert (await claim(desk, "p-1", SECOND_OFFICER)).status_code == 200, "the claim ended with the step"
    reviewed = await desk.call("POST", f"{path}/review", {"upheld": True})
    assert reviewed.json()["code"] == "accreditation.claimed"


async def test_a_correction_after_a_broken_glass_is_decided_on_and_then_the_emergency_is_reviewed(desk: Desk) -> None:
    await submitted(desk, "p-1")
    path = f"{API}/dossiers/p-1/break-glass"
    await desk.call("POST", path, {"internal_code": "emergency"})
    made = ["DossierChecked", "BreakGlassUsed", "ParticipantApproved", "BadgePrepared"]
    await desk.correct("p-1", revision=2)
    await desk.until_told("p-1", *made, "DossierChecked")
    shown = await page(desk, "p-1", SECOND_OFFICER)
    assert 'id="decide"' in shown
    assert "data-glass-review" not in shown
    assert "decide first; the emergency is reviewed" in shown
    for who in (OFFICER, SECOND_OFFICER):
        await desk.decide("approve", "p-1", as_=who)
    assert "data-glass-review" in await page(desk, "p-1", SECOND_OFFICER)
    answer = await desk.call("POST", f"{path}/review", {"upheld": True}, as_=SECOND_OFFICER)
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert (await desk.call("GET", f"{API}/queue")).json()["total"] == 0


async def test_an_approved_person_can_be_rejected_from_the_page_and_a_rejected_one_not_again(desk: Desk) -> None:
    await submitted(desk, "p-1")
    assert 'data-asks-again="reject"' not in await page(desk, "p-1"), "the decision has its own form"
    await desk.decide("approve", "p-1")
    shown = await page(desk, "p-1")
    assert 'data-asks-again="reject"' in shown
    assert "gates refuse it, printed or not" in shown
    reasons = {"releasable_code": "not_accredited", "internal_code": "conduct"}
    assert (await desk.decide("reject", "p-1", **reasons))[0]["outcome"] == "decided"
    assert [badge["state"] for badge in await desk.badges("p-1")] == ["revoked"]
    after = await page(desk, "p-1")
    assert 'data-asks-again="reject"' not in after


@pytest.mark.parametrize("path", ["claim", "break-glass", "break-glass/review"])
async def test_what_is_not_there_is_said_so(desk: Desk, path: str) -> None:
    bodies: dict[str, Any] = {"break-glass": {"internal_code": "other"}, "break-glass/review": {"upheld": True}}
    method = "PUT" if path == "claim" else "POST"
    answer = await desk.call(method, f"{API}/dossiers/p-none/{path}", bodies.get(path, {}))
    assert (answer.status_code, answer.json()["code"]) == (404, "accreditation.dossier_not_found")
