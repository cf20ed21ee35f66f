"""A weapon or a vehicle from the delegation's request to the permit and back, over all services."""

from __future__ import annotations

import asyncio
from typing import Any

from shared.security.principal import Role
from tests.integration.house.house import House, person

REGISTRATION, ACCREDITATION = "/api/registration/v1", "/api/accreditation/v1"
OFFICER = Role.ACCREDITATION_OFFICER


async def approved(house: House, *, how_many: int = 1) -> list[str]:
    """New people of Egypt with a badge to come."""
    new = await house.newcomers("egypt", *(person() for _ in range(how_many)))

    async def decided() -> bool:
        body = {"decision": "approve", "participant_ids": new}
        answer = await house.call(OFFICER, "POST", f"{ACCREDITATION}/decisions", json=body)
        return all(
            row["outcome"] == "decided" or row["data"].get("state") == "approved" for row in answer.json()["rows"]
        )

    await house.until(decided)
    return new


async def ask(house: House, bearer: str, kind: str, mark: str, **more: Any) -> str:
    path = f"{REGISTRATION}/participants/{bearer}/permit-requests"
    asked = await house.call("egypt", "POST", path, json={"kind": kind, "mark": mark, **more})
    assert asked.status_code == 201, asked.text
    request_id: str = asked.json()["request_id"]

    async def came() -> bool:
        rows = (await house.call(OFFICER, "GET", f"{ACCREDITATION}/permit-requests?state=open")).json()["rows"]
        return request_id in [row["request_id"] for row in rows]

    await house.until(came)
    return request_id


async def decide(house: House, request_id: str, decision: str, **more: Any) -> Any:
    path = f"{ACCREDITATION}/permit-requests/{request_id}/decision"
    return await house.call(OFFICER, "POST", path, json={"decision": decision, **more})


async def seen_by_delegation(house: House, bearer: str) -> list[dict[str, Any]]:
    answer = await house.call("egypt", "GET", f"{REGISTRATION}/participants/{bearer}/permit-requests")
    found: list[dict[str, Any]] = answer.json()["requests"]
    return found


async def token(house: House, token_id: str) -> dict[str, Any]:
    rows = (await house.call(OFFICER, "GET", f"{ACCREDITATION}/tokens?delegation=egypt")).json()["rows"]
    return next(row for row in rows if row["token_id"] == token_id)


async def test_an_approved_request_is_a_permit_that_the_delegation_sees(house: House) -> None:
    (bearer,) = await approved(house)
    request_id = await ask(house, bearer, "weapon_permit", "Beretta-4711")
    page = await house.call(OFFICER, "GET", "/accreditation/permits", headers={"Accept": "text/html"})
    dossier = await house.call(OFFICER, "GET", f"/accreditation/dossiers/{bearer}", headers={"Accept": "text/html"})
    assert "Beretta-4711" in page.text
    assert "Beretta-4711" in dossier.text
    answers = await asyncio.gather(*(decide(house, request_id, "approve") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    issued = next(answer.json() for answer in answers if answer.status_code == 200)
    made = await token(house, issued["token_id"])
    assert (made["holder"], made["mark"], made["state"]) == (bearer, "Beretta-4711", "valid")

    async def told() -> bool:
        (row,) = await seen_by_delegation(house, bearer)
        return row["permit"] == f"W-{issued['number']}"

    await house.until(told)
    shown = await house.call("egypt", "GET", f"/registration/person?id={bearer}", headers={"Accept": "text/html"})
    assert f"W-{issued['number']}" in shown.text
    notices = await house.call("egypt", "GET", "/registration/notices", headers={"Accept": "text/html"})
    assert "Permit for a weapon, radio or vehicle granted" in notices.text


async def test_a_refusal_needs_a_reason_and_the_delegation_reads_it(house: House) -> None:
    (bearer,) = await approved(house)
    request_id = await ask(house, bearer, "radio_permit", "Motorola-1")
    silent = await decide(house, request_id, "refuse")
    assert (silent.status_code, silent.json()["code"]) == (422, "accreditation.permit_refusal_required")
    assert (await decide(house, request_id, "refuse", reason="not_allowed")).json()["state"] == "refused"

    async def told() -> bool:
        (row,) = await seen_by_delegation(house, bearer)
        return bool(row["refusal"] == "not_allowed" and row["permit"] is None)

    await house.until(told)
    shown = await house.call("egypt", "GET", f"/registration/person?id={bearer}", headers={"Accept": "text/html"})
    assert "Not allowed at the conference." in shown.text


async def test_nobody_gets_a_permit_before_everybody_in_it_is_approved(house: House) -> None:
    (driver,) = await approved(house)
    (passenger,) = await house.newcomers("egypt", person())
    request_id = await ask(house, driver, "vehicle_permit", "5-1234", manifest=[driver, passenger])
    early = await decide(house, request_id, "approve")
    assert (early.status_code, early.json()["code"]) == (409, "accreditation.not_approved")

    async def both() -> bool:
        body = {"decision": "approve", "participant_ids": [passenger]}
        await house.call(OFFICER, "POST", f"{ACCREDITATION}/decisions", json=body)
        return bool((await decide(house, request_id, "approve")).status_code == 200)

    await house.until(both)


async def test_who_does_not_come_has_no_permit_any_more(house: House) -> None:
    (bearer,) = await approved(house)
    request_id = await ask(house, bearer, "weapon_permit", "AK-1")
    issued = (await decide(house, request_id, "approve")).json()
    await house.call("egypt", "POST", f"{REGISTRATION}/participants/{bearer}/withdrawal")

    async def revoked() -> bool:
        return (await token(house, issued["token_id"]))["state"] == "revoked"

    await house.until(revoked)
    assert (await decide(house, request_id, "approve")).json()["code"] == "accreditation.permit_request_decided"


async def test_no_serial_or_plate_is_in_what_services_tell_each_other(house: House) -> None:
    (bearer,) = await approved(house)
    request_id = await ask(house, bearer, "weapon_permit", "CANARY-9931")
    assert (await decide(house, request_id, "approve")).status_code == 200
    for service in house.app.services.values():
        rows = await service.kernel.database.collection("outbox").find({}, limit=100_000)
        assert not any(b"CANARY-9931" in bytes(row["data"]) for row in rows if isinstance(row["data"], bytes))
        assert not any("CANARY-9931" in str(row["data"]) for row in rows)
