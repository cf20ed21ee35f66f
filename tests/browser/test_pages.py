"""Every page as people use it: in three languages, by keyboard, on a phone, without an accessibility violation."""

from __future__ import annotations

import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Route

from deploy.demo.portraits import portrait
from deploy.demo.rosters import make_roster
from services.operations.application.publish_conference import parse_conference
from shared.world import SYSTEM
from tests.browser.conftest import BENGHAZI, Venue
from tests.browser.looking import TOO_WIDE, assert_clean_in_each_language, import_settled, violations

pytestmark = pytest.mark.browser
PAGES = [
    ("egypt", "main", "/"),
    ("egypt", "main", "/registration/import"),
    ("egypt", "main", "/registration/overview"),
    ("egypt", "main", "/registration/roster"),
    ("egypt", "main", "/registration/person"),
    ("egypt", "main", "/registration/notices"),
    ("egypt", "main", "/registration/quota"),
    ("egypt", "main", "/registration/reconciliation"),
    ("egypt", "main", "/identity/people"),
    ("administrator", "main", "/identity/people?delegation=egypt"),
    ("officer", "main", "/registration/waivers"),
    ("officer", "main", "/registration/walk-up"),
    ("egypt", "main", "/session-allocation/delegation"),
    ("programme", "main", "/session-allocation/programme"),
    ("officer", "main", "/accreditation/queue"),
    ("officer", "main", "/accreditation/badges"),
    ("officer", "main", "/accreditation/desk"),
    ("administrator", "main", "/accreditation/layouts"),
    ("authority", "main", "/accreditation/screening"),
    ("officer", "main", "/accreditation/permits"),
    ("officer", "main", "/accreditation/tokens"),
    ("officer", "main", "/accreditation/keys"),
    ("egypt", "main", "/accreditation/receipts"),
    ("egypt", "main", "/accreditation/passes"),
    ("guard", "entrance", "/entrance/gate"),
    ("operator", "main", "/operations/stream"),
    ("operator", "main", "/operations/story"),
    ("operator", "main", "/operations/health"),
    ("operator", "main", "/operations/dead-letters"),
    ("auditor", "main", "/registration/erasure"),
    ("operator", "main", "/operations/rebuild"),
    ("operator", "main", "/operations/lost-window"),
    ("auditor", "main", "/operations/audit?all=true&check=true"),
]


def url(venue: Venue, place: str, path: str) -> str:
    return (venue.main if place == "main" else venue.entrance) + path


@pytest.mark.parametrize(("account", "place", "path"), PAGES, ids=[page[2] for page in PAGES])
def test_a_page_is_clean_in_each_language_and_fits_a_phone(venue: Venue, account: str, place: str, path: str) -> None:
    page = venue.page(account)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    assert_clean_in_each_language(page, url(venue, place, path))
    assert errors == []


def test_the_sign_in_page_is_clean(venue: Venue) -> None:
    page = venue.browser.new_page()
    page.goto(f"{venue.main}/identity/sign-in")
    assert page.evaluate("document.documentElement.dir") in ("rtl", "ltr")
    assert violations(page) == []
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "wrong password")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")


def test_a_focal_point_imports_a_list_and_registers_it(venue: Venue, tmp_path: Path) -> None:
    conference = parse_conference(tomllib.loads(BENGHAZI.read_text(encoding="utf-8")))
    greece = make_roster(conference, "greece", SYSTEM.now().date(), seed=99)
    (tmp_path / "list.xlsx").write_bytes(greece.workbook)
    (tmp_path / "photos.zip").write_bytes(greece.photos)
    page = venue.page("greece", language="ar")
    page.goto(f"{venue.main}/registration/import")
    page.set_input_files("#workbook", tmp_path / "list.xlsx")
    page.set_input_files("#photos", tmp_path / "photos.zip")
    page.click("#upload button")
    page.wait_for_url("**/registration/import?id=*")
    import_settled(page)
    assert page.locator("table.stack tbody tr").count() >= len(greece.faults)
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="تنزيل الملف مع الملاحظات").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_dry_run_shows_what_it_would_change_of_people_on_the_list(venue: Venue, tmp_path: Path) -> None:
    source: Any = load_workbook(venue.lists / "egypt.xlsx", read_only=True).worksheets[0]
    headings, *rows = ([str(cell or "") for cell in row] for row in source.iter_rows(values_only=True))
    kept = [
        headings.index(name) for name in ("الفئة", "الاسم باللاتينية", "رقم جواز السفر", "الجنسية", "البريد الإلكتروني")
    ]
    lines = [",".join(headings[index] for index in kept)]
    for row in rows:
        category, _, document, nationality, _ = (row[index] for index in kept)
        lines.append(f"{category},Another Spelling,{document},{nationality},")
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    page = venue.page("egypt", language="ar")
    page.goto(f"{venue.main}/registration/import")
    page.set_input_files("#workbook", tmp_path / "list.csv")
    page.click("#upload button")
    page.wait_for_url("**/registration/import?id=*")
    import_settled(page)
    changes = page.locator("table[aria-labelledby=changes] tbody tr")
    assert "Another Spelling" in changes.nth(1).inner_text()
    assert violations(page) == []
    assert_clean_in_each_language(page, page.url)


def test_a_button_takes_no_press_before_its_script_has_come_and_the_page_says_so(venue: Venue) -> None:
    page = venue.page("egypt", language="fr", width=360)
    held: list[Route] = []
    page.route("**/registration-import.js*", lambda route: held.append(route))
    page.goto(f"{venue.main}/registration/import", wait_until="commit")
    button = page.locator("#upload button")
    button.wait_for()
    assert button.is_disabled()
    page.locator("#arriving").wait_for(state="visible")
    assert "attendent" in page.locator("#arriving").inner_text()
    assert page.locator(".site-header button").is_enabled()
    assert page.evaluate(TOO_WIDE) == []
    held[0].continue_()
    page.locator("#arriving").wait_for(state="detached")
    assert button.is_enabled()
    page.unroute("**/registration-import.js*")
    page.route("**/registration-import.js*", lambda route: route.abort())
    page.reload()
    assert button.is_disabled()
    assert page.locator("#arriving").count() == 1


def test_an_auditor_puts_a_legal_hold_and_lifts_it_each_for_a_reason(venue: Venue) -> None:
    roster = venue.page("egypt")
    roster.goto(f"{venue.main}/registration/roster")
    link = roster.locator("a[href*='/registration/person?id=']").first.get_attribute("href") or ""
    held = link.partition("id=")[2]
    page = venue.page("auditor", language="ar")
    page.goto(f"{venue.main}/registration/erasure")
    page.fill("#held", "nobody")
    page.select_option("#hold-reason", "investigation")
    page.click("#hold button")
    page.locator("#hold-refusal").wait_for(state="visible")
    page.fill("#held", held)
    page.click("#hold button")
    row = page.locator("#holds tbody tr", has_text=held)
    row.wait_for()
    assert "تحقيق" in row.inner_text()
    assert_clean_in_each_language(page, f"{venue.main}/registration/erasure")
    row = page.locator("#holds tbody tr", has_text=held)
    row.locator("select").select_option("investigation_closed")
    row.locator("button").click()
    row.wait_for(state="detached")


def test_a_file_that_is_no_list_is_refused_on_the_page(venue: Venue, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04 broken")
    page = venue.page("egypt", language="fr")
    page.goto(f"{venue.main}/registration/import")
    page.set_input_files("#workbook", tmp_path / "list.xlsx")
    page.click("#upload button")
    # At once beside the file, or with the import when reading it took longer than a second.
    refusal = page.locator(".alert-danger:visible")
    refusal.wait_for()
    assert "XLSX" in refusal.inner_text()


def test_a_file_that_is_too_large_is_refused_in_words_before_it_is_sent(venue: Venue, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes(61 * 1024 * 1024))
    page = venue.page("egypt", language="ar")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{venue.main}/registration/import")
    page.set_input_files("#workbook", venue.lists / "egypt.xlsx")
    page.set_input_files("#photos", large)
    page.click("#upload button")
    page.wait_for_selector("#refusal:not([hidden])")
    assert "60 ميغابايت" in page.inner_text("#refusal")
    page.goto(f"{venue.main}/registration/person?category=expert")
    page.set_input_files("#field-photo", large)
    page.click("button[value=draft]")
    page.wait_for_selector("#fault-photo:not([hidden])")
    assert "12 ميغابايت" in page.inner_text("#fault-photo")
    assert page.evaluate("document.activeElement.id") == "field-photo"
    page.goto(f"{venue.main}/registration/quota")
    page.fill("#note-number", "17/2027")
    page.fill("#note-dated", "2026-11-01")
    page.set_input_files("#note-scan", large)
    page.click("#add-note button")
    page.wait_for_selector("#refusal:not([hidden])")
    assert page.inner_text("#refusal").count("10 ميغابايت") == 1
    assert sent == []


def test_a_focal_point_registers_one_person_and_is_told_what_is_wrong_at_its_field(
    venue: Venue, tmp_path: Path
) -> None:
    (tmp_path / "face.jpg").write_bytes(portrait("somebody of Egypt"))
    page = venue.page("egypt", language="fr")
    page.goto(f"{venue.main}/registration/person?category=expert")
    page.fill("#field-name_latin", "Ami\u200bna Farouk")
    page.fill("#field-document_number", "Y7654321")
    page.click("button[value=submit]")
    page.wait_for_selector("#fault-name_latin:not([hidden])")
    assert "invisible" in page.inner_text("#fault-name_latin")
    assert page.get_attribute("#field-name_latin", "aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == "field-name_latin"
    assert page.is_visible("#fault-photo")
    assert violations(page) == []
    page.fill("#field-name_latin", "Amina Farouk")
    page.fill("#field-document_expires", "2035-01-31")
    page.select_option("#field-document_type", label="passeport de service")
    page.fill("#field-document_issuer", "EGP")
    page.click("button[value=submit]")
    page.wait_for_selector("#fault-document_issuer:not([hidden])")
    assert "EGY" in page.inner_text("#fault-document_issuer")
    page.fill("#field-document_issuer", "EGY")
    page.click("button[value=draft]")
    page.wait_for_url("**/registration/person?id=*")
    assert page.input_value("#field-document_type") == "service_passport"
    assert page.input_value("#field-name_latin") == "Amina Farouk"
    page.set_input_files("#field-photo", tmp_path / "face.jpg")
    page.click("button[value=submit]")
    page.wait_for_selector("img.portrait")
    assert page.locator(".mark-warn").first.inner_text() == "En cours d'accréditation"
    assert page.locator("#history ~ table tbody tr").count() == 2
    assert violations(page) == []


def test_a_plan_is_looked_at_and_then_carried_out(venue: Venue) -> None:
    page = venue.page("egypt", language="en")
    page.goto(f"{venue.main}/registration/reconciliation")
    page.locator("[data-person]").nth(1).select_option("drop")
    page.click("button[value=look]")
    page.wait_for_selector("#plan-state.mark-good")
    before = int(page.locator("[data-category=delegate] td").nth(2).inner_text())
    assert page.locator("[data-category=delegate] [data-after]").inner_text() == str(before - 1)
    with page.expect_navigation():
        page.click("button[value=commit]")
    assert page.locator("[data-category=delegate] td").nth(2).inner_text() == str(before - 1)
    page.goto(f"{venue.main}/registration/overview")
    assert "Withdrawn" in page.inner_text(".changes")


def test_a_guard_scans_by_keyboard_alone(venue: Venue) -> None:
    page = venue.page("supervisor", width=360, height=740)
    page.goto(f"{venue.entrance}/entrance/gate")
    assert page.evaluate("document.activeElement.id") == "read"
    page.locator("#recent tbody tr").first.wait_for()  # what was scanned here before
    page.keyboard.type("https://example.org")
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict.refuse")
    assert page.inner_text("#headline") == "Not a badge"
    officer = venue.page("officer")
    rows = officer.evaluate("fetch('/api/accreditation/v1/badges?state=active').then((r) => r.json())")["rows"]
    page.keyboard.type(rows[-1]["number"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict.admit, .verdict.refer")
    headlines = page.locator("#recent tbody tr td:nth-child(2)").all_inner_texts()
    assert headlines[1] == "Not a badge"
    assert page.evaluate("document.activeElement.id") == "read"
    assert violations(page) == []


def test_a_gate_without_its_server_is_never_green(venue: Venue) -> None:
    page = venue.page("guard", language="ar")
    page.goto(f"{venue.entrance}/entrance/gate")
    page.context.set_offline(True)
    page.fill("#read", "7K3Q-W")
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict.refuse")
    assert page.inner_text("#headline") == "لا جواب"


def test_the_stream_shows_a_scan_as_it_happens(venue: Venue) -> None:
    stream = venue.page("operator")
    stream.goto(f"{venue.main}/operations/stream")
    stream.wait_for_selector(".mark-good")
    gate = venue.page("guard")
    gate.goto(f"{venue.entrance}/entrance/gate")
    gate.fill("#read", "BWB1:NOT A CREDENTIAL")
    gate.keyboard.press("Enter")
    stream.wait_for_selector("#events tbody tr:first-child:has-text('malformed')")


def test_a_seat_is_given_on_the_page_and_the_giver_reads_why_the_wish_is_unmet(venue: Venue) -> None:
    seats, here = f"{venue.main}/api/session-allocation/v1", f"{venue.main}/session-allocation/delegation"
    page, officer = venue.page("egypt"), venue.page("programme")
    shown = page.request.get(f"{seats}/delegations/egypt/seats").json()
    wishes = shown["preferences"]
    giver, taker = [each["participant_id"] for each in shown["people"] if "training" in each["seats"]][:2]
    asked = {**wishes, "participants": {**wishes["participants"], taker: ["maritime"]}}
    assert page.request.put(f"{seats}/delegations/egypt/preferences", data=asked, headers=once()).ok
    draft = officer.request.post(f"{seats}/drafts", data={}, headers=once()).json()["draft_id"]
    assert officer.request.post(f"{seats}/versions", data={"draft_id": draft}, headers=once()).ok
    page.goto(here)
    page.select_option("#giver", f"{giver}/training")
    page.select_option("#taker", taker)
    with page.expect_navigation():
        page.click("#swap button")
    row = page.locator(f"[data-participant='{giver}'] .unmet")
    assert "given to a colleague of your delegation" in row.first.inner_text()
    assert_clean_in_each_language(page, here)
    for language, words in (("ar", "أُعطي مقعد هذا الشخص لزميل من وفدكم."), ("fr", "cédée à un collègue")):
        page.context.add_cookies([{"name": "bawaba_language", "value": language, "url": venue.main}])
        page.goto(here)
        assert words in row.first.inner_text()


def once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}
