"""From a submission to a decision, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import Any

import pytest

from services.accreditation.adapters.mongo import DOSSIERS
from services.accreditation.application.bulk import Bulk
from shared.contracts.accreditation import BadgePrepared, BadgeRevoked, DossierChecked, ParticipantApproved
from shared.errors import InfrastructureError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.testing.conference import small_conference
from tests.conftest import Namespace
from tests.integration.accreditation.desk import (
    API,
    FOCAL_POINT,
    OFFICERS_OTHER_ACCOUNT,
    PERSON,
    SECOND_OFFICER,
    Desk,
    open_desk,
    until_keys_told,
)


async def submitted(desk: Desk, participant_id: str, **more: Any) -> None:
    await desk.submit(participant_id, **more)
    await desk.until_told(participant_id, "DossierChecked")


async def test_an_automatic_category_is_approved_with_its_badge_in_one_commit(desk: Desk) -> None:
    await desk.submit("p-1", category="staff")
    await desk.until_told("p-1", "DossierChecked", "ParticipantApproved", "BadgePrepared")
    checked, approved, prepared = await desk.told("p-1")
    assert isinstance(checked, DossierChecked)
    assert isinstance(approved, ParticipantApproved)
    assert approved.automatic
    assert isinstance(prepared, BadgePrepared)
    assert [grant.zone for grant in prepared.access] == ["venue"]
    credential = desk.verified((await desk.badges("p-1"))[0]["credential"])
    assert (credential.serial, credential.zones, credential.days) == (prepared.serial, 0b001, 0b11)
    assert credential.badge_id == uuid.UUID(prepared.badge_id).bytes
    assert (credential.valid_from, credential.valid_until) == (prepared.valid_from, prepared.valid_until)
    assert set(desk.outside.reads) == {("automatic_checks", ("p-1",))}


async def test_an_automatic_category_with_a_finding_waits_for_an_officer(desk: Desk) -> None:
    await submitted(desk, "p-1", category="staff", has_photo=False)
    queue = (await desk.call("GET", f"{API}/queue")).json()
    assert [row["participant_id"] for row in queue["rows"]] == ["p-1"]
    findings = [check for check in queue["rows"][0]["checks"] if check["outcome"] == "attention"]
    assert [(check["code"], check["evidence"]) for check in findings] == [("photo_present", ["photo"])]
    assert findings[0]["sentence"] == "The photo that this category needs is missing."


async def test_an_erased_person_is_never_approved_automatically(desk: Desk) -> None:
    await submitted(desk, "p-1", category="staff", person=None)
    view = (await desk.call("GET", f"{API}/dossiers/p-1")).json()
    assert view["dossier"]["state"] == "in_review"
    assert [check["code"] for check in view["dossier"]["checks"]] == ["personal_data_there"]


async def test_a_bad_row_never_spoils_the_others_and_says_why(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await submitted(desk, "p-2", category="head")
    rows = await desk.decide("approve", "p-1", "p-none", "p-2")
    assert [(row["participant_id"], row["outcome"], row["code"]) for row in rows] == [
        ("p-1", "decided", None),
        ("p-none", "refused", "accreditation.dossier_not_found"),
        ("p-2", "awaits_second_officer", None),
    ]
    assert rows[1]["sentence"] == "This participant has no accreditation dossier."
    assert await desk.told_types("p-1") == ["DossierChecked", "ParticipantApproved", "BadgePrepared"]


async def test_the_second_officer_is_another_person_whatever_account_is_used(desk: Desk) -> None:
    await submitted(desk, "p-1", category="head")
    await desk.decide("approve", "p-1")
    assert (await desk.decide("approve", "p-1", as_=OFFICERS_OTHER_ACCOUNT))[0]["code"] == "accreditation.same_person"
    assert await desk.badges("p-1") == []
    assert (await desk.decide("approve", "p-1", as_=SECOND_OFFICER))[0]["outcome"] == "decided"
    assert await desk.told_types("p-1") == [
        "DossierChecked",
        "SecondOfficerRequired",
        "ParticipantApproved",
        "BadgePrepared",
    ]


async def test_the_same_key_again_answers_the_same_and_has_no_second_effect(desk: Desk) -> None:
    await submitted(desk, "p-1", category="head")
    key = str(uuid.uuid4())
    first = await desk.decide("approve", "p-1", key=key)
    assert await desk.decide("approve", "p-1", key=key) == first
    assert await desk.told_types("p-1") == ["DossierChecked", "SecondOfficerRequired"]


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"remark": "The photo\u202e is dark"}, "remark"),
        ({"note": "The photo\u202e is dark"}, "note"),
        ({"remarks": {"photo": "The photo\u202e is dark"}}, "remarks.photo"),
    ],
)
async def test_a_text_that_misleads_its_reader_is_refused_at_its_field(
    desk: Desk, texts: dict[str, Any], field: str
) -> None:
    await submitted(desk, "p-1")
    body = {"decision": "return", "participant_ids": ["p-1"], "fields": ["photo"], **texts}
    for path in ("/decisions", "/decisions/preview"):
        response = await desk.call("POST", API + path, body)
        assert (response.status_code, response.json()["data"]) == (422, {"field": field, "fault": "direction_mark"})
        assert response.json()["detail"].startswith("The text holds a hidden direction mark")
    assert await desk.told_types("p-1") == ["DossierChecked"]


async def test_a_key_does_not_come_to_mean_another_request(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await submitted(desk, "p-2")
    key = str(uuid.uuid4())
    await desk.decide("approve", "p-1", key=key)
    body = {"decision": "approve", "participant_ids": ["p-2"]}
    response = await desk.call("POST", f"{API}/decisions", body, key=key)
    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert await desk.told_types("p-2") == ["DossierChecked"]


async def test_a_command_that_broke_off_is_completed_by_sending_it_again(desk: Desk) -> None:
    unit_of_work = desk.service.kernel.unit_of_work
    cause = Cause("correlation", None, None, "tester")
    command = CommandKey("account-amira", "key-of-the-command", "fingerprint")
    worked: list[str] = []
    outage = True

    async def work(tx: Transaction, participant_id: str) -> str:
        if outage and participant_id == "p-1":
            raise InfrastructureError("made by a test")
        await tx.collection(DOSSIERS).update_one({"_id": participant_id}, {"$inc": {"worked": 1}})
        worked.append(participant_id)
        return "decided"

    ids = ["p-0", "p-1", "p-2"]
    with pytest.raises(InfrastructureError):
        await Bulk(unit_of_work)(ids, work, cause=cause, command=command)
    outage = False
    rows = await Bulk(unit_of_work)(ids, work, cause=cause, command=command)
    assert [row.outcome for row in rows] == ["decided"] * 3
    assert sorted(worked) == ids


async def test_two_officers_at_the_same_moment_make_one_badge(desk: Desk) -> None:
    await submitted(desk, "p-1")
    answers = await asyncio.gather(*(desk.decide("approve", "p-1") for _ in range(8)))
    assert sorted(rows[0]["outcome"] for rows in answers) == ["decided"] + ["refused"] * 7
    assert len(await desk.badges("p-1")) == 1


async def test_a_dossier_that_changed_since_the_officer_looked_is_not_decided(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await desk.correct("p-1", revision=2)
    await desk.until_told("p-1", "DossierChecked", "DossierChecked")
    rows = await desk.decide("approve", "p-1", revisions={"p-1": 1})
    assert (rows[0]["code"], rows[0]["data"]) == ("accreditation.dossier_changed", {"revision": 2})


async def test_a_return_names_fields_and_only_known_ones(desk: Desk) -> None:
    await submitted(desk, "p-1")
    body = {"decision": "return", "participant_ids": ["p-1"], "fields": ["his passport A1234567"]}
    refused = await desk.call("POST", f"{API}/decisions", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "accreditation.unknown_field")
    assert "A1234567" not in refused.text
    assert (await desk.decide("return", "p-1", fields=["photo"]))[0]["outcome"] == "decided"
    await desk.submit("p-1", revision=2)
    await desk.until_told("p-1", "DossierChecked", "ParticipantReturned", "DossierChecked")


async def test_a_rejection_needs_its_releasable_code(desk: Desk) -> None:
    await submitted(desk, "p-1")
    refused = await desk.call("POST", f"{API}/decisions", {"decision": "reject", "participant_ids": ["p-1"]})
    assert refused.json()["code"] == "accreditation.releasable_code_required"
    await desk.decide("reject", "p-1", releasable_code="not_accredited", internal_code="document")
    assert await desk.told_types("p-1") == ["DossierChecked", "ParticipantRejected"]


async def test_correcting_a_name_keeps_the_badge_and_changing_the_category_replaces_it(desk: Desk) -> None:
    await desk.submit("p-1", category="staff")
    await desk.until_told("p-1", "DossierChecked", "ParticipantApproved", "BadgePrepared")
    await desk.activate("p-1")
    await desk.correct("p-1", revision=2, category="staff")
    so_far = ["DossierChecked", "ParticipantApproved", "BadgePrepared", "BadgeActivated"]
    await desk.until_told("p-1", *so_far, "DossierChecked", "ParticipantApproved")
    assert [badge["state"] for badge in await desk.badges("p-1")] == ["active"]
    await desk.correct("p-1", revision=3, category="delegate")
    await desk.until_told("p-1", *so_far, "DossierChecked", "ParticipantApproved", "DossierChecked")
    assert await desk.activate("p-1") == ["accreditation.not_approved"]
    await desk.decide("approve", "p-1")
    newest, oldest = await desk.badges("p-1")
    assert (newest["state"], newest["replaces"], oldest["state"]) == ("prepared", oldest["_id"], "active")


async def test_withdrawing_and_rejecting_end_every_badge(desk: Desk) -> None:
    for person in ("p-1", "p-2"):
        await desk.submit(person, category="staff")
        await desk.until_told(person, "DossierChecked", "ParticipantApproved", "BadgePrepared")
    await desk.activate("p-1", "p-2")
    await desk.withdraw("p-1")
    made = ["DossierChecked", "ParticipantApproved", "BadgePrepared", "BadgeActivated"]
    await desk.until_told("p-1", *made, "BadgeRevoked")
    await desk.decide("reject", "p-2", releasable_code="not_accredited", internal_code="document")
    told = [*await desk.told("p-1"), *await desk.told("p-2")]
    assert [event.reason for event in told if isinstance(event, BadgeRevoked)] == ["withdrawn", "rejected"]


async def test_who_is_withdrawn_can_be_submitted_anew(desk: Desk) -> None:
    await submitted(desk, "p-1")
    await desk.withdraw("p-1")
    await desk.submit("p-1", revision=2, category="staff")
    await desk.until_told("p-1", "DossierChecked", "DossierChecked", "ParticipantApproved", "BadgePrepared")


async def test_findings_come_first_in_the_queue_then_the_longest_waiting(desk: Desk) -> None:
    await submitted(desk, "p-first")
    await submitted(desk, "p-second", delegation="chad", person=replace(PERSON, nationality="TCD"))
    await submitted(desk, "p-flagged", has_photo=False)
    rows = (await desk.call("GET", f"{API}/queue")).json()["rows"]
    assert [row["participant_id"] for row in rows] == ["p-flagged", "p-first", "p-second"]
    of_chad = (await desk.call("GET", f"{API}/queue?delegation=chad")).json()
    assert ([row["participant_id"] for row in of_chad["rows"]], of_chad["total"]) == (["p-second"], 1)


async def test_nobody_but_an_officer_decides(desk: Desk) -> None:
    await submitted(desk, "p-1")
    body = {"decision": "approve", "participant_ids": ["p-1"]}
    for principal, status in ((FOCAL_POINT, 403), (None, 401)):
        assert (await desk.call("POST", f"{API}/decisions", body, as_=principal)).status_code == status
        assert (await desk.call("GET", f"{API}/dossiers/p-1", as_=principal)).status_code == status
        assert (await desk.call("GET", f"{API}/queue", as_=principal)).status_code == status
    assert await desk.told_types("p-1") == ["DossierChecked"]


async def test_submissions_wait_for_a_vault_that_is_away_and_for_the_conference(namespace: Namespace) -> None:
    async with open_desk(namespace, None) as desk:
        desk.outside.away = True
        await desk.submit("p-1", category="staff")
        await asyncio.sleep(0.5)
        desk.outside.away = False
        await asyncio.sleep(0.5)
        assert await desk.told_types("p-1") == []
        await desk.publish(small_conference())
        await until_keys_told(desk)
        await desk.until_told("p-1", "DossierChecked", "ParticipantApproved", "BadgePrepared")
