"""Numbered cards as the desk writes them down: received, printed, spoiled and good, one at a time and as a range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deploy.demo.client import wait_until
from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, approved, badge_states

pytestmark = pytest.mark.browser
NAMES = ("Aurélien Quenneville", "Clotaire Vauquelin", "Philibert Grandmougin")
CARD_REQUIRED = "No badge is issued before a numbered card of it is confirmed good."


@pytest.fixture(scope="module")
def numbered_cards(venue: Venue, office: Office) -> Iterator[None]:
    """The conference prints on numbered cards while these tests are on, and does so no more afterwards."""
    administrator, url = office.sign_in("administrator"), office.url("/api/operations/v1/conference")
    before = administrator.get(url)["conference"]

    def publish(conference: dict[str, Any]) -> None:
        administrator.send(url, method="PUT", json=conference)
        page = venue.page("officer")

        def followed() -> bool:
            page.goto(f"{venue.main}/accreditation/badges")
            return page.locator("#job-cards").count() == int(conference["numbered_cards"])

        wait_until("the conference at accreditation", followed, seconds=60)
        page.context.close()

    publish({**before, "numbered_cards": True})
    yield
    publish(before)


@pytest.fixture(scope="module")
def prepared(office: Office, numbered_cards: None) -> list[dict[str, Any]]:
    """Badges of three of France that are to be printed, in the order in which a file has them."""
    return sorted((approved(office, "france", name) for name in NAMES), key=lambda badge: badge["number"])


def stock(office: Office) -> dict[str, int]:
    """How many cards of the batch are where."""
    (batch,) = office.sign_in("officer").get(office.url(f"{API}/card-stock"))["batches"]
    return {name: batch[name] for name in ("in_stock", "printed", "confirmed", "spoiled")}


def at_desk(page: Page, number: str) -> None:
    page.fill("#read", number)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#number:has-text('{number}')")


def range_told(page: Page, first: str, last: str, outcome: str) -> None:
    page.fill("#range-first", first)
    page.fill("#range-last", last)
    with page.expect_navigation():
        page.click(f"#cards-range button[value={outcome}]")


def shown_stock(page: Page) -> list[int]:
    """In stock, printed, good and spoiled, as the row of the batch says."""
    cells = page.locator("section[aria-labelledby=stock-title] tbody td").all_inner_texts()
    return [int(text.split()[-1]) for text in cells[2:]]


def test_a_batch_is_received_once_and_stands_in_the_stock(
    venue: Venue, office: Office, prepared: list[dict[str, Any]]
) -> None:
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/desk")
    for first, last in (("LBY 0001", "LBY 0012"), ("LBY 0012", "LBY 0020")):
        page.fill("#stock-first", first)
        page.fill("#stock-last", last)
        page.focus("#stock button")
        page.keyboard.press("Enter")
        if first == "LBY 0001":
            page.locator("#cards-range").wait_for()
    page.wait_for_selector("#message.mark-bad:has-text('LBY0001–LBY0012')")
    expect(page.locator("#message")).to_be_in_viewport(ratio=1)
    page.wait_for_selector("#stock button:focus")  # it has the focus back, and the page has not moved to it
    expect(page.locator("#message")).to_be_in_viewport(ratio=1)
    assert stock(office) == {"in_stock": 12, "printed": 0, "confirmed": 0, "spoiled": 0}
    assert shown_stock(page) == [12, 0, 0, 0]
    assert_clean_as_it_stands(page)


def test_a_print_is_written_down_on_cards_and_no_badge_is_issued_before_its_card_is_good(
    venue: Venue, office: Office, prepared: list[dict[str, Any]]
) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/badges")
    page.select_option("#delegation", "france")
    page.select_option("#state", "prepared")
    page.check("#unprinted")
    page.click("form[method=get] button")
    page.wait_for_url("**unprinted=true*")
    assert page.locator("#badges tbody tr").count() == len(NAMES)
    page.select_option("#sheet", "card")
    page.click("#print")
    page.wait_for_selector("#job-cards:not([hidden])", timeout=120_000)
    page.fill("#job-cards-first", "NONE1")
    page.click("#job-cards button")
    page.wait_for_selector("#print-message.mark-bad")
    page.fill("#job-cards-first", "LBY0001")
    page.focus("#job-cards-first")
    page.wait_for_selector("#job-cards button:not([disabled])")
    page.keyboard.press("Enter")
    page.wait_for_selector("#print-message:has-text('Cards written down for 3 people')")
    assert_clean_as_it_stands(page)
    assert stock(office) == {"in_stock": 9, "printed": 3, "confirmed": 0, "spoiled": 0}
    page.click("#print-recent summary")
    page.locator("#print-recent-rows button").first.click()
    page.wait_for_selector("#download:focus")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "badges.pdf"
    page.check("#select-all")
    page.click("#issue")
    page.wait_for_selector("#message:has-text('0 issued')")
    assert badge_states(office, prepared[0]["participant_id"]) == ["prepared"]


def test_one_card_is_spoiled_and_the_rest_of_the_range_is_good(
    venue: Venue, office: Office, prepared: list[dict[str, Any]]
) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    first, second, _ = [badge["number"] for badge in prepared]
    at_desk(page, first)
    page.wait_for_selector("[data-act=activate]:not([hidden])")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#message.mark-bad:has-text('{CARD_REQUIRED}')")
    page.fill("#card-number", "LBY0001")
    page.click("#card button[value=spoiled]")
    page.wait_for_selector("#message.mark-good:has-text('Done')")
    assert stock(office) == {"in_stock": 9, "printed": 2, "confirmed": 0, "spoiled": 1}
    range_told(page, "LBY0001", "LBY0003", "confirmed")
    page.wait_for_selector("#message.mark-good:has-text('written down for 2 people')")
    assert shown_stock(page) == [9, 0, 2, 1]
    range_told(page, "LBY0002", "LBY0002", "spoiled")
    page.wait_for_selector("#message.mark-good:has-text('written down for 1 people')")
    assert shown_stock(page) == [9, 0, 1, 2]
    assert_clean_as_it_stands(page)
    at_desk(page, first)
    page.fill("#card-number", "LBY0004")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cards:has-text('2 · LBY0004')")
    assert stock(office) == {"in_stock": 8, "printed": 0, "confirmed": 2, "spoiled": 2}
    page.wait_for_selector("#read:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#message:has-text('{first} is active')")
    at_desk(page, second)
    page.wait_for_selector("[data-act=activate]:not([hidden]):not([disabled])")  # no double press of the one before
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#message.mark-bad:has-text('{CARD_REQUIRED}')")


def test_a_card_that_carries_another_badge_is_refused(
    venue: Venue, office: Office, prepared: list[dict[str, Any]]
) -> None:
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/desk")
    at_desk(page, prepared[1]["number"])
    page.fill("#card-number", "LBY0003")
    page.click("#card button[value=confirmed]")
    page.wait_for_selector("#message.mark-bad:has-text('LBY0003')")
    assert_clean_as_it_stands(page)
    page.fill("#card-number", "XYZ9")
    page.wait_for_selector("#card button:not([disabled])")
    page.click("#card button[value=confirmed]")
    page.wait_for_selector("#message.mark-bad:has-text('XYZ9')")
