"""The desk's other buttons: a badge suspended, blanks bound and void, a receipt signed on paper or cancelled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, badge_states, in_hands

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
    page.click("[data-act=void]")
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
