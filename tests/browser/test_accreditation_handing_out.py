"""The desk's other buttons: a badge suspended, blanks bound and void, a receipt signed on paper or cancelled."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, approved, badge_states, in_hands
from tests.browser.pressing import meant

pytestmark = pytest.mark.browser


def at_desk(page: Page, number: str) -> None:
    page.fill("#read", number)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#number:has-text('{number}')")


def new_blanks(page: Page, category: str, count: int) -> None:
    page.select_option("#blank-category", category)
    page.fill("#blank-count", str(count))
    with page.expect_navigation():
        page.click("#blanks button")


def ready_blanks(office: Office, category: str) -> list[str]:
    url = office.url(f"{API}/blanks?state=ready&category={category}")
    return [each["number"] for each in office.sign_in("officer").get(url)["rows"]]


def receipts(office: Office) -> list[dict[str, Any]]:
    """Algeria's, the newest first."""
    rows: list[dict[str, Any]] = office.sign_in("officer").get(office.url(f"{API}/receipts?delegation=algeria"))["rows"]
    return rows


def test_a_badge_is_suspended_and_resumed(venue: Venue, office: Office) -> None:
    badge = in_hands(office, "algeria", "Boualem Tighremt")
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/desk")
    at_desk(page, badge["number"])
    page.click("[data-act=suspend]")
    page.wait_for_selector("#state.mark-bad")
    assert page.locator("[data-act=suspend]").is_hidden()
    assert badge_states(office, badge["participant_id"]) == ["suspended"]
    assert_clean_as_it_stands(page)
    page.wait_for_selector("[data-act=resume]:not([disabled])")
    page.focus("[data-act=resume]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#state.mark-good")
    assert badge_states(office, badge["participant_id"]) == ["active"]


def test_a_badge_whose_time_is_over_is_said_to_have_expired_at_the_desk(venue: Venue, office: Office) -> None:
    badge = in_hands(office, "algeria", "Noureddine Belkacem")
    page = venue.page("officer", language="fr", width=360)

    def later(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "has_expired": True})

    page.route("**/desk/lookups", later)
    page.goto(f"{venue.main}/accreditation/desk")
    at_desk(page, badge["number"])
    assert page.inner_text("#state.mark-bad") == "Périmé"
    assert page.inner_text("#message.mark-bad") == f"{badge['number']} · Périmé"
    assert page.locator("[data-act=suspend]").is_hidden()
    assert_clean_as_it_stands(page)


def test_a_blank_is_bound_to_somebody_whose_badge_is_lost_and_another_is_taken_out_of_use(
    venue: Venue, office: Office
) -> None:
    lost = in_hands(office, "algeria", "Zoubida Ait-Ouarab")
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/desk")
    before = set(ready_blanks(office, "delegate"))
    new_blanks(page, "delegate", 2)
    bound, void = sorted(set(ready_blanks(office, "delegate")) - before)
    at_desk(page, bound)
    assert page.is_visible("#bind")
    assert page.inner_text("#name-1") == "A blank, nobody's yet"
    assert_clean_as_it_stands(page)
    page.fill("#bind-to", lost["number"])
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#message:has-text('{bound} is active')")
    assert page.inner_text("#name-1") == "Zoubida Ait-Ouarab"
    assert badge_states(office, lost["participant_id"]) == ["active", "revoked"]
    page.wait_for_selector("#read:focus")
    at_desk(page, void)
    page.wait_for_selector("[data-act=void]:not([hidden])")
    meant(page, "[data-act=void]")
    page.wait_for_selector("#state:has-text('Blank, void')")
    assert page.locator("[data-act=void]").is_hidden()
    assert set(ready_blanks(office, "delegate")) == before


def test_a_blank_of_another_category_is_refused(venue: Venue, office: Office) -> None:
    badge = in_hands(office, "algeria", "Messaoud Ouchikh")
    page = venue.page("officer", language="fr", width=360)
    page.goto(f"{venue.main}/accreditation/desk")
    new_blanks(page, "expert", 1)
    at_desk(page, ready_blanks(office, "expert")[0])
    page.fill("#bind-to", badge["number"])
    page.click("#bind button")
    page.wait_for_selector("#message.mark-bad:has-text('expert')")
    assert badge_states(office, badge["participant_id"]) == ["active"]
    assert_clean_as_it_stands(page)


def test_a_receipt_is_cancelled_and_another_one_signed_on_paper(venue: Venue, office: Office) -> None:
    badge = approved(office, "algeria", "Rabah Mesloub")
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/desk")
    make_receipt(page)
    first = receipts(office)[0]["receipt_id"]
    page.click(f"[data-receipt='{first}'] [data-cancel]")
    page.locator(f"[data-receipt='{first}'] .mark-bad").wait_for()
    assert receipts(office)[0]["state"] == "cancelled"
    assert badge_states(office, badge["participant_id"]) == ["prepared"]
    make_receipt(page)
    second = receipts(office)[0]["receipt_id"]
    assert second != first
    page.click(f"[data-receipt='{second}'] [data-sign] button.btn-primary")
    assert page.evaluate("document.activeElement.name") == "paper", "the browser asks for the paper's number"
    page.fill(f"[data-receipt='{second}'] [name=paper]", "ALG/2027-14")
    assert_clean_as_it_stands(page)
    page.keyboard.press("Enter")
    page.locator(f"[data-receipt='{second}'] .mark-good").wait_for()
    assert "ALG/2027-14" in page.inner_text(f"[data-receipt='{second}']")
    assert receipts(office)[0]["state"] == "signed"
    assert badge_states(office, badge["participant_id"]) == ["issued"]
    assert_clean_as_it_stands(page)


def make_receipt(page: Page) -> None:
    page.select_option("#receipt-delegation", "algeria")
    page.focus("#receipt button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("#receipts-message.mark-good")
