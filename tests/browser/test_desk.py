"""The issuance desk as an officer uses it: scan, face, activate, by keyboard; and a focal point's signature."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_in_each_language, violations
from tests.browser.pressing import QUESTION, meant

pytestmark = pytest.mark.browser


def badges(page: Page, state: str, delegation: str = "egypt") -> list[dict[str, Any]]:
    path = f"/api/accreditation/v1/badges?state={state}&delegation={delegation}"
    found: dict[str, Any] = page.evaluate(f"fetch('{path}').then((r) => r.json())")
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def ready_blanks(page: Page) -> int:
    found = page.evaluate("fetch('/api/accreditation/v1/blanks?state=ready').then((r) => r.json())")
    return len(found["rows"])


def scanned(page: Page, text: str) -> None:
    page.fill("#read", text)
    page.keyboard.press("Enter")


def test_a_badge_is_replaced_and_activated_by_keyboard_alone(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    old, other = (each["number"] for each in badges(page, "active")[:2])
    scanned(page, old)
    page.wait_for_selector("#found:not([hidden])")
    assert page.evaluate("document.getElementById('photo').naturalWidth") > 100
    assert violations(page) == []
    page.click("[data-act=lost]")
    page.wait_for_selector(f"{QUESTION}:has-text('{old}')")
    scanned(page, other)
    page.wait_for_selector(f"#number:has-text('{other}')")
    assert page.locator(QUESTION).count() == 0, "what was asked of one badge is not answered of another"
    scanned(page, old)
    page.wait_for_selector(f"#number:has-text('{old}')")
    meant(page, "[data-act=lost]")
    page.wait_for_selector("[data-act=activate]:not([hidden])")
    new = page.inner_text("#number")
    assert new != old
    assert page.evaluate("document.activeElement.id") == "read"
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#message:has-text('{new} is active')")
    scanned(page, old)
    page.wait_for_selector("#state:has-text('Revoked')")
    assert page.locator("[data-act=activate]").is_hidden()


def test_a_wedge_scanner_never_activates_by_itself(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    one, other = [row["number"] for row in badges(page, "active")[1:3]]
    scanned(page, one)
    page.wait_for_selector(f"#number:has-text('{one}')")
    page.click("[data-act=damaged]")
    page.wait_for_selector("[data-act=activate]:not([hidden])")
    scanned(page, other)
    page.wait_for_selector(f"#number:has-text('{other}')")
    assert badges(page, "prepared") != []


def test_a_delegation_signs_for_its_badges(venue: Venue) -> None:
    officer = venue.page("officer")
    officer.goto(f"{venue.main}/accreditation/desk")
    scanned(officer, badges(officer, "active")[3]["number"])
    officer.wait_for_selector("#found:not([hidden])")
    officer.click("[data-act=damaged]")
    officer.wait_for_selector("[data-act=activate]:not([hidden])")
    officer.select_option("#receipt-delegation", "egypt")
    officer.click("#receipt button")
    officer.wait_for_selector("[data-sign]")
    focal_point = venue.page("egypt", language="ar", width=360)
    focal_point.goto(f"{venue.main}/accreditation/receipts")
    assert violations(focal_point) == []
    focal_point.click("[data-sign] button")
    focal_point.wait_for_selector("#receipts .mark-good")
    assert badges(officer, "issued") != []


def test_a_double_press_does_a_thing_once(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    badge = badges(page, "active")[0]
    scanned(page, badge["number"])
    page.wait_for_selector("[data-act=damaged]:not([hidden])")
    page.dblclick("[data-act=damaged]")
    page.wait_for_selector("[data-act=activate]:not([hidden]):not([disabled])")
    of_person = [row for row in badges(page, "prepared") if row["participant_id"] == badge["participant_id"]]
    assert len(of_person) == 1
    assert of_person[0]["replaces"] == badge["badge_id"]
    before = ready_blanks(page)
    page.fill("#blank-count", "3")
    page.dblclick("#blanks button")
    page.wait_for_selector("#blanks button:not([disabled])")
    assert ready_blanks(page) == before + 3


def test_what_had_no_answer_is_pressed_again_and_done_once(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    scanned(page, badges(page, "active")[1]["number"])
    page.wait_for_selector("[data-act=damaged]:not([hidden])")
    page.click("[data-act=damaged]")
    page.wait_for_selector("[data-act=activate]:not([hidden])")
    number = page.inner_text("#number")
    lost: list[int] = []

    def answer_is_lost(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/accreditation/v1/receipts", answer_is_lost)
    page.select_option("#receipt-delegation", "egypt")
    page.click("#receipt button")
    page.wait_for_selector("#receipts-message.mark-bad")
    page.click("#receipt button")
    page.wait_for_selector("#receipts-message.mark-good")
    assert lost == [201]
    found = page.evaluate("fetch('/api/accreditation/v1/receipts?delegation=egypt').then((r) => r.json())")
    of_badge = [row for row in found["rows"] if number in row["numbers"] and row["state"] == "awaiting_signature"]
    assert len(of_badge) == 1


def test_a_lost_badge_is_found_by_name_and_ended_without_another(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    badge = badges(page, "active")[2]
    scanned(page, badge["number"])
    page.wait_for_selector("#found:not([hidden])")
    name = page.inner_text("#name-1")
    page.click("#by-name summary")
    page.select_option("#search-delegation", "egypt")
    page.fill("#search-text", name.split()[-1])
    page.keyboard.press("Enter")
    page.wait_for_selector("#named button")
    assert violations(page) == []
    page.locator("#named button", has_text=badge["number"]).click()
    page.wait_for_selector("#read:focus")  # it is shown anew, and the desk is ready again
    assert page.inner_text("#number") == badge["number"]
    page.select_option("#end-reason", "withdrawn")
    page.click("#end button")
    page.wait_for_selector("#state:has-text('Revoked')")
    assert page.locator("#end").is_hidden()
    for state in ("prepared", "active"):
        assert badge["participant_id"] not in [row["participant_id"] for row in badges(page, state)]


def test_blanks_are_printed_at_the_desk_and_the_file_is_there_after_a_reload(venue: Venue) -> None:
    page = venue.page("officer")
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    address = f"{venue.main}/accreditation/desk"
    page.goto(address)
    page.fill("#blank-count", "2")
    page.click("#blanks button")
    page.wait_for_selector("#message.mark-good:has-text('2')")
    page.locator("#ready-blanks [data-print]").first.click()
    page.wait_for_selector("#file:not([hidden])", timeout=60_000)
    page.reload()
    page.wait_for_selector("#file:not([hidden])")
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "badges.pdf"
    assert_clean_in_each_language(page, address)
    assert_clean_in_each_language(page, f"{venue.main}/accreditation/badges?state=active&unprinted=true")
    assert errors == []


def test_a_guard_compares_the_portrait_on_record(venue: Venue) -> None:
    officer = venue.page("officer")
    officer.goto(f"{venue.main}/accreditation/desk")
    scanned(officer, badges(officer, "active")[5]["number"])
    officer.wait_for_selector("[data-act=damaged]:not([hidden])")
    officer.click("[data-act=damaged]")
    officer.wait_for_selector("[data-act=activate]:not([hidden])")
    number = officer.inner_text("#number")
    officer.select_option("#receipt-delegation", "egypt")
    officer.click("#receipt button")
    officer.wait_for_selector("#receipts-message.mark-good")
    focal_point = venue.page("egypt")
    focal_point.goto(f"{venue.main}/accreditation/receipts")
    focal_point.locator("[data-sign] button").first.click()
    focal_point.wait_for_selector("#receipts-message.mark")
    page = venue.page("supervisor", language="ar", width=360)
    page.goto(f"{venue.entrance}/entrance/gate")
    page.select_option("#gate", "north")
    for _ in range(20):
        scanned(page, number)
        page.wait_for_selector("#verdict.refer, #verdict.refuse, #verdict.admit")
        if page.locator("#face").is_visible():
            break
        page.wait_for_timeout(500)
    page.wait_for_selector("#face-photo:not([hidden])")
    assert page.evaluate("document.getElementById('face-photo').naturalWidth") > 100
    assert page.inner_text("#face-name")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert violations(page) == []
    page.click("[data-confirms=face_checked]")
    page.wait_for_selector("#verdict.admit")
    assert page.locator("#face").is_hidden()
    assert page.get_attribute("#face-photo", "src") is None


def test_an_active_badge_goes_into_a_phones_wallet(venue: Venue) -> None:
    page = venue.page("egypt", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/passes")
    page.locator("#passes a").first.click()
    page.wait_for_selector(".pass-preview")
    address = page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="نزّل المعاينة غير الموقّعة").click()
    assert download.value.suggested_filename == "badge-preview.pkpass"
    assert page.evaluate("document.querySelector('.pass-symbol').naturalWidth") > 100
    assert_clean_in_each_language(page, address)


def test_what_a_badge_opens_is_shown_and_changed(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/badges")
    person = badges(page, "active")[-1]["participant_id"]
    page.goto(f"{venue.main}/accreditation/access/{person}")
    assert violations(page) == []
    page.check("#day-2")
    page.click("#change button")
    page.wait_for_selector("main .mark-warn:has-text('Day badge: 2')")
    page.uncheck("#day-2")
    page.click("#change button")
    page.wait_for_selector("main .mark-warn", state="detached")
