"""Badges on paper: a delegation's, everybody's; progress, and the key that only the one who asked has."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from services.accreditation.application import print_badges
from tests.integration.accreditation.desk import ADMINISTRATOR, API, OFFICER, PERSON, SECOND_OFFICER, Desk, until
from tests.integration.accreditation.test_badges import prepared

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


async def asked(desk: Desk, delegation: str | None = None) -> dict[str, Any]:
    response = await desk.call("POST", f"{API}/print-jobs", {"delegation": delegation} if delegation else {})
    assert response.status_code == 202, response.text
    found: dict[str, Any] = response.json()
    return found


async def finished(desk: Desk, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def over() -> bool:
        found.update((await desk.call("GET", f"{API}/print-jobs/{job['job_id']}")).json())
        return found["state"] != "drawing"

    async def seen() -> object:
        return found

    await until(over, seen)
    return found


async def file(desk: Desk, job: dict[str, Any], key: str | None = None) -> Any:
    return await desk.call("POST", f"{API}/print-jobs/{job['job_id']}/file", {"key": key or job["key"]})


async def test_everybodys_badges_are_one_file_whose_symbols_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_badges, "PART_BADGES", 2)
    people = [f"p-{n}" for n in range(5)]
    await prepared(desk, *people)
    job = await asked(desk)
    over = await finished(desk, job)
    assert (over["state"], over["done"], over["total"], over["left_out"]) == ("ready", 5, 5, [])
    answer = await file(desk, job)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    credentials = {(await desk.badges(person))[0]["credential"] for person in people}
    with pypdfium2.PdfDocument(io.BytesIO(answer.content)) as document:
        assert len(document) == 10
        fronts = [document[number].render(scale=2).to_pil() for number in range(0, 10, 2)]
    assert {zxingcpp.read_barcodes(front, formats=QR)[0].text for front in fronts} == credentials


async def test_a_delegations_badges_are_its_own_and_nobody_elses(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    await desk.submit("p-9", category="staff", delegation="chad", person=replace(PERSON, nationality="TCD"))
    await desk.until_told("p-9", "DossierChecked", "ParticipantApproved", "BadgePrepared")
    assert (await asked(desk, "chad"))["total"] == 1
    assert (await asked(desk, "egypt"))["total"] == 2
    nothing = await desk.call("POST", f"{API}/print-jobs", {"delegation": "nowhere"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "accreditation.nothing_to_print")


async def test_a_file_opens_for_its_key_alone_and_its_job_for_its_officer(desk: Desk) -> None:
    await prepared(desk, "p-1")
    job, other = await asked(desk), await asked(desk)
    await finished(desk, job)
    await finished(desk, other)
    assert (await file(desk, job, other["key"])).json()["code"] == "accreditation.print_key_wrong"
    assert (await file(desk, job)).status_code == 200
    for somebody in (SECOND_OFFICER, ADMINISTRATOR):
        answer = await desk.call("GET", f"{API}/print-jobs/{job['job_id']}", as_=somebody)
        assert answer.json()["code"] == "accreditation.print_job_not_found"


async def test_what_is_drawn_is_nowhere_in_clear(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await finished(desk, await asked(desk))
    database = desk.service.kernel.database
    parts = await database.collection("print_parts").find({}, limit=10)
    assert len(parts) == 1
    assert b"%PDF" not in bytes(parts[0]["sealed"])
    jobs = await database.collection("print_jobs").find({}, limit=10)
    assert not any("key" in field for job in jobs for field in job)


async def test_an_erased_person_is_left_out_and_said_to_be(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    desk.outside.people["p-2"] = None
    over = await finished(desk, await asked(desk))
    number = (await desk.badges("p-2"))[0]["number"]
    assert (over["state"], over["left_out"]) == ("ready", [[number, "accreditation.person_erased"]])


async def test_an_outage_of_the_vault_is_waited_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_badges, "OUTAGE_PAUSE_S", 0.05)
    await prepared(desk, "p-1")
    desk.outside.away = True
    job = await asked(desk)
    assert (await file(desk, job)).json()["code"] == "accreditation.print_job_not_ready"
    desk.outside.away = False
    assert (await finished(desk, job))["state"] == "ready"


async def test_a_replacement_is_printed_and_not_the_badge_that_it_will_end(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    await desk.call("POST", f"{API}/badges/{badge_id}/replacement", {"reason": "damaged"}, as_=OFFICER)
    assert len(await desk.badges("p-1")) == 2
    assert (await asked(desk))["total"] == 1
