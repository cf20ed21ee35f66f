"""`docs/tutorial.md`, step by step, as its reader does it in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from tests.browser.conftest import Venue
from tests.browser.looking import import_settled

pytestmark = pytest.mark.browser


def test_the_tutorial_can_be_followed(venue: Venue, tmp_path: Path) -> None:
    register_one_more(venue, tmp_path)
    number = approve_and_issue(venue)
    admit(venue, number)
    look_on(venue, number)
    allocate(venue)


def register_one_more(venue: Venue, tmp_path: Path) -> None:
    page = venue.page("greece")
    follow(page, "Import the delegation's list")
    check(page, venue.lists / "greece.xlsx", venue.lists / "greece.zip")
    assert count(page, "Good") == 19
    assert count(page, "To correct") == 7
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the annotated file").click()
    corrected = tmp_path / "corrected.xlsx"
    download.value.save_as(corrected)
    book: Any = load_workbook(corrected)
    headings = [cell.value for cell in book.active[1]]
    book.active.cell(8, headings.index("Date of birth") + 1).value = "1971-04-03"
    book.save(corrected)
    check(page, corrected, venue.lists / "greece.zip")
    assert count(page, "Good") == 20
    page.get_by_role("button", name="Register the good rows").click()
    page.wait_for_selector(".alert-success")
    assert (count(page, "Registered"), count(page, "Unchanged")) == (1, 19)
    page.get_by_role("link", name="Roster", exact=True).click()
    page.wait_for_url("**/registration/roster")
    assert page.locator("tbody").get_by_text("With accreditation").count() == 1


def follow(page: Page, link: str) -> None:
    """To the next page, whole with its scripts: a button that they have not taken up yet takes no press."""
    with page.expect_event("load"):
        page.get_by_role("link", name=link).click()


def check(page: Page, workbook: Path, photos: Path) -> None:
    page.set_input_files("#workbook", workbook)
    page.set_input_files("#photos", photos)
    before = page.url
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_url(lambda url: "id=" in url and url != before)
    import_settled(page)


def count(page: Page, name: str) -> int:
    shown = page.locator(".counts div", has=page.get_by_text(name, exact=True)).locator("dd").inner_text()
    return int(re.sub(r"\D", "", shown))


def approve_and_issue(venue: Venue) -> str:
    """The printed number of the new badge."""
    officer = venue.page("officer")
    officer.goto(f"{venue.main}/accreditation/queue")
    while officer.locator("#queue tbody tr").count() == 0:
        officer.reload()
    officer.locator("#queue tr", has_text="Greece").locator("[data-select]").check()
    officer.get_by_role("button", name="Approve selected").click()
    officer.locator("#queue [data-result]", has_text="Decided").wait_for()
    waiting = officer.locator("#badges tr", has_text="Prepared")
    officer.goto(f"{venue.main}/accreditation/badges?delegation=greece")
    while waiting.count() == 0:
        officer.reload()
    number = waiting.locator("[data-label=Number]").inner_text()
    waiting.locator("[data-select]").check()
    officer.get_by_role("button", name="Issue the selected badges").click()
    officer.locator("#message", has_text="1 issued").wait_for()
    return number


def admit(venue: Venue, number: str) -> None:
    for account, answer in (("guard", "Call the supervisor"), ("supervisor", "Admit")):
        page = venue.page(account)
        page.goto(f"{venue.entrance}/entrance/gate")
        scan(page, number, answer)
    page.select_option("#gate", label="Operations room")
    scan(page, number, "Not for this zone")


def scan(page: Page, number: str, answer: str) -> None:
    """Until the badge's activation has come to the gate."""
    for _ in range(50):
        page.fill("#read", number)
        page.keyboard.press("Enter")
        page.wait_for_selector("#verdict:is(.admit, .refer, .refuse)")
        page.wait_for_timeout(100)
        if page.inner_text("#headline") == answer:
            return
    raise AssertionError(page.inner_text("#headline"))


def look_on(venue: Venue, number: str) -> None:
    page = venue.page("operator")
    page.goto(f"{venue.main}/operations/stream")
    page.locator("#events tbody tr", has_text="Badge scanned").first.wait_for()
    page.goto(f"{venue.main}/operations/story")
    page.fill("#participant", number)
    page.get_by_role("button", name="Show").click()
    assert "Badge scanned" in page.inner_text("main table")
    page.goto(f"{venue.main}/operations/health")
    assert page.get_by_text("Well").count() >= 6
    page.goto(f"{venue.main}/operations/audit")
    page.get_by_role("button", name="Check the whole log").click()
    page.locator(".mark-good", has_text="The log is untouched").wait_for()


def allocate(venue: Venue) -> None:
    page = venue.page("programme")
    follow(page, "Programme and allocation")
    page.get_by_role("button", name="Run as a draft").click()
    page.get_by_role("button", name="Publish this draft").click()
    page.get_by_role("button", name="Publish this draft").wait_for(state="detached")
    page = venue.page("greece")
    follow(page, "Wishes and seats")
    assert page.locator(".wishes .mark-good").count() > 0
