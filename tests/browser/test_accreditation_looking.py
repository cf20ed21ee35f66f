"""An officer looks: badges of one delegation and state, the next dossier, a print that was broken off."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, approved, in_hands, registered

pytestmark = pytest.mark.browser


def test_badges_are_shown_of_one_delegation_in_one_state(venue: Venue, office: Office) -> None:
    active, prepared = in_hands(office, "malta", "Ġorġ Vella"), approved(office, "malta", "Karmenu Borg")
    elsewhere = in_hands(office, "france", "Hippolyte Carnot")
    page = venue.page("officer", language="fr", width=360)
    page.goto(f"{venue.main}/accreditation/badges")
    page.select_option("#delegation", "malta")
    page.click("form[method=get] button")
    page.wait_for_url("**delegation=malta*")
    shown = page.inner_text("tbody")
    assert active["number"] in shown
    assert prepared["number"] in shown
    assert elsewhere["number"] not in shown
    page.select_option("#state", "active")
    page.click("form[method=get] button")
    page.wait_for_url("**state=active*")
    shown = page.inner_text("tbody")
    assert active["number"] in shown
    assert prepared["number"] not in shown
    assert_clean_as_it_stands(page)


def test_a_dossier_is_skipped_for_the_next_of_the_same_delegation(venue: Venue, office: Office) -> None:
    for name in ("Tereża Camilleri", "Ninu Zammit"):
        registered(office, "malta", name)
    waiting = office.sign_in("officer").get(office.url(f"{API}/queue?delegation=malta"))["rows"]
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/queue?delegation=malta")
    page.click("tbody a")
    page.wait_for_url("**/accreditation/dossiers/**")
    seen = {page.get_attribute("#dossier", "data-participant")}
    page.get_by_role("link", name="Skip to the next").click()
    page.wait_for_url(lambda url: not any(each and each in url for each in seen))
    seen.add(page.get_attribute("#dossier", "data-participant"))
    assert len(seen) == 2
    assert seen <= {row["participant_id"] for row in waiting}


def test_a_print_that_was_broken_off_goes_on_from_there(venue: Venue, office: Office) -> None:
    """The page's part, by keyboard: the service says here that the job broke off, and that it goes on."""
    approved(office, "malta", "Duminku Mintoff")
    asked: list[dict[str, str]] = []

    def broken_off(route: Route) -> None:
        job = route.fetch().json()
        route.fulfill(json={**job, "state": "broken_off", "done": 0} if not asked else job)

    def goes_on(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "{}"))
        route.fulfill(json={})

    page = venue.page("officer", language="ar")
    page.route("**/print-jobs/*", broken_off)
    page.route("**/print-jobs/*/resumption", goes_on)
    page.goto(f"{venue.main}/accreditation/badges?delegation=malta&state=prepared")
    page.click("#print")
    page.wait_for_selector("#resume:not([hidden])")
    assert page.locator("#file").is_hidden()
    assert_clean_as_it_stands(page)
    page.focus("#resume")
    page.keyboard.press("Enter")
    page.wait_for_selector("#download:focus", timeout=60_000)
    assert page.locator("#resume").is_hidden()
    assert [sorted(each) for each in asked] == [["key"]]
