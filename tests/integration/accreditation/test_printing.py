"""Badges on paper: a delegation's, everybody's; progress, and the key that only the one who asked has."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from deploy.demo.portraits import portrait
from services.accreditation.application import print_badges
from shared.errors import InfrastructureError
from tests.integration.accreditation.desk import ADMINISTRATOR, API, OFFICER, PERSON, SECOND_OFFICER, Desk, until
from tests.integration.accreditation.test_badges import MADE, prepared

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


async def asked(desk: Desk, delegation: str | None = None, **more: Any) -> dict[str, Any]:
    body = {"delegation": delegation, **more} if delegation else more
    response = await desk.call("POST", f"{API}/print-jobs", body)
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


async def file(desk: Desk, job: dict[str, Any], key: str | None = None, **more: Any) -> Any:
    return await desk.call("POST", f"{API}/print-jobs/{job['job_id']}/file", {"key": key or job["key"], **more})


async def resume(desk: Desk, job: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    answer = await desk.call("POST", f"{API}/print-jobs/{job['job_id']}/resumption", {"key": key or job["key"]})
    found: dict[str, Any] = answer.json()
    return found


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
    assert len(parts) == 2, "the page, and the proof of the key"
    assert not any(b"%PDF" in bytes(part["sealed"]) for part in parts)
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


async def test_a_job_that_broke_off_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_badges, "PART_BADGES", 1)
    monkeypatch.setattr(print_badges, "OUTAGE_TRIES", 1)
    await prepared(desk, "p-1", "p-2", "p-3")
    numbers = sorted([(await desk.badges(person))[0]["number"] for person in ("p-1", "p-2", "p-3")])
    drawn = print_badges.PrintBadges._drawn
    breaks = [True]

    async def breaking(self: Any, job: Any, number: int, *more: Any) -> Any:
        if number == 1 and breaks:
            breaks.clear()
            raise InfrastructureError("away")
        return await drawn(self, job, number, *more)

    monkeypatch.setattr(print_badges.PrintBadges, "_drawn", breaking)
    job = await asked(desk)
    over = await finished(desk, job)
    assert (over["state"], over["done"]) == ("broken_off", 1)
    assert (await resume(desk, job, "A" * 43 + "="))["code"] == "accreditation.print_key_wrong"
    assert (await resume(desk, job))["state"] == "drawing"
    assert (await finished(desk, job))["state"] == "ready"
    assert (await resume(desk, job))["code"] == "accreditation.print_job_not_ready"
    with pypdfium2.PdfDocument(io.BytesIO((await file(desk, job)).content)) as document:
        fronts = [document[page].get_textpage().get_text_range() for page in range(0, 6, 2)]
    assert [number in text for number, text in zip(numbers, fronts, strict=True)] == [True, True, True]


async def test_a_file_is_printed_again_from_a_page_on(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2", "p-3")
    job = await asked(desk)
    await finished(desk, job)
    with pypdfium2.PdfDocument(io.BytesIO((await file(desk, job, from_page=5)).content)) as document:
        assert len(document) == 2
    refused = await file(desk, job, from_page=7)
    assert (refused.json()["code"], refused.json()["data"]) == ("accreditation.page_not_there", {"page": 7})


@pytest.mark.parametrize(("sheet", "pages"), [("a4", 4), ("card", 10)])
async def test_badges_come_on_a4_sheets_and_on_plastic_cards(desk: Desk, sheet: str, pages: int) -> None:
    await prepared(desk, *(f"p-{n}" for n in range(5)))
    job = await asked(desk, sheet=sheet)
    assert (await finished(desk, job))["state"] == "ready"
    with pypdfium2.PdfDocument(io.BytesIO((await file(desk, job)).content)) as document:
        assert len(document) == pages


async def test_blanks_are_printed_without_a_name_and_with_their_number(desk: Desk) -> None:
    await prepared(desk, "p-1")
    made = await desk.call("POST", f"{API}/blanks", {"category": "staff", "count": 2})
    job = await asked(desk, blanks_of="staff")
    assert (await finished(desk, job))["total"] == 2
    with pypdfium2.PdfDocument(io.BytesIO((await file(desk, job)).content)) as document:
        text = document[0].get_textpage().get_text_range()
    assert sorted(made.json()["numbers"])[0] in text
    assert "Mohamed" not in text


async def test_one_photo_that_cannot_be_drawn_is_left_out_and_named_and_the_others_are_printed(desk: Desk) -> None:
    for person, photo in (("p-1", portrait("p-1")), ("p-2", b"no picture"), ("p-3", None)):
        await desk.submit(person, category="staff", person=replace(PERSON, photo=photo))
        await desk.until_told(person, *MADE)
    job = await asked(desk)
    over = await finished(desk, job)
    number = (await desk.badges("p-2"))[0]["number"]
    assert (over["state"], over["left_out"]) == ("ready", [[number, "accreditation.photo_unreadable"]])
    assert over["reasons"]["accreditation.photo_unreadable"].startswith("The photo is no JPEG")
    with pypdfium2.PdfDocument(io.BytesIO((await file(desk, job)).content)) as document:
        assert len(document) == 4


async def test_a_print_is_narrowed_to_a_state(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    await desk.activate("p-1")
    assert (await asked(desk, state="active"))["total"] == 1
    assert (await asked(desk, state="prepared"))["total"] == 1
    assert (await asked(desk))["total"] == 2


async def test_an_officer_finds_the_own_jobs_again_without_their_keys(desk: Desk) -> None:
    await prepared(desk, "p-1")
    first, second = await asked(desk), await asked(desk)
    await finished(desk, second)
    rows = (await desk.call("GET", f"{API}/print-jobs")).json()["rows"]
    assert [row["job_id"] for row in rows] == [second["job_id"], first["job_id"]]
    assert not any("key" in row for row in rows)
    others = await desk.call("GET", f"{API}/print-jobs", as_=SECOND_OFFICER)
    assert others.json()["rows"] == []
