"""A delegation's roster by its filters, and where its notices go by e-mail."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands, in_field, said_there
from tests.browser.others import registered
from tests.browser.pressing import pressed_again

pytestmark = pytest.mark.browser
DELEGATION = "burkina-faso"
BASE = f"/api/registration/v1/delegations/{DELEGATION}"
DELEGATES = ("Awa Ouédraogo", "Issouf Sawadogo")
EXPERT, GONE, DRAFT = "Awa Compaoré", "Rasmané Zongo", "Poko Nikiéma"


@pytest.fixture(scope="module")
def everybody(office: Office) -> set[str]:
    """Two delegates, an expert, one who was withdrawn, and a draft."""
    for name in DELEGATES:
        registered(office, DELEGATION, name, rank="Capitaine")
    registered(office, DELEGATION, EXPERT, "expert")
    theirs = office.sign_in(DELEGATION)
    theirs.send(office.url(f"/api/registration/v1/participants/{registered(office, DELEGATION, GONE)}/withdrawal"))
    form = {"category": "expert", "fields": {"name_latin": DRAFT}, "submit": False}
    theirs.send(office.url(f"{BASE}/participants"), data={"form": json.dumps(form)})
    return {*DELEGATES, EXPERT, GONE, DRAFT}


def shown(page: Page) -> set[str]:
    return set(page.locator("main tbody tr td:first-child a").all_inner_texts())


def found(page: Page, venue: Venue, **asked: str) -> set[str]:
    """By the API, under the same filter."""
    url, headers = f"{venue.main}{BASE}/roster/search", {"Idempotency-Key": str(uuid.uuid4())}
    answer: dict[str, Any] = page.request.post(url, data=asked, headers=headers).json()
    return {each["name"][1] for each in answer["rows"]}


def test_the_roster_is_filtered_by_state_and_category_under_an_address_that_can_be_kept(
    venue: Venue, everybody: set[str]
) -> None:
    page = venue.page(DELEGATION, language="fr")
    page.goto(f"{venue.main}/registration/roster")
    assert shown(page) == everybody
    for field, value, expected in (
        ("state", "draft", {DRAFT}),
        ("state", "withdrawn", {GONE}),
        ("category", "expert", {EXPERT, DRAFT}),
        ("turn", "delegation", {DRAFT}),
    ):
        page.goto(f"{venue.main}/registration/roster")
        page.select_option(f"#{field}", value)
        page.focus("#filter button")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/registration/roster?{field}={value}")
        assert page.input_value(f"#{field}") == value
        assert shown(page) == expected == found(page, venue, **{field: value})
        assert f"{len(expected)} sur {len(everybody)}" in page.inner_text("#filter")
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/registration/person?id=*")
    page.go_back()
    assert page.input_value("#turn") == "delegation"
    assert shown(page) == {DRAFT}
    assert_clean_as_it_stands(page)


def test_a_name_that_is_looked_for_is_in_no_address_and_is_found_again_by_going_back(
    venue: Venue, everybody: set[str]
) -> None:
    page = venue.page(DELEGATION, language="fr", width=360)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{venue.main}/registration/roster")
    page.select_option("#category", "delegate")
    page.fill("#text", "OUEDRAOGO")
    page.keyboard.press("Enter")
    wanted = {DELEGATES[0]}
    again = page.locator("#filter[data-page] #text[value=OUEDRAOGO]")
    again.wait_for()
    assert shown(page) == wanted == found(page, venue, category="delegate", text="OUEDRAOGO")
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/registration/person?id=*")
    for come_again in (page.go_back, page.reload, lambda: page.click("[data-language=ar]")):
        come_again()
        again.wait_for()
        page.wait_for_url("**/registration/roster?category=delegate&named=1")
        assert shown(page) == wanted
        assert page.input_value("#category") == "delegate"
    assert page.get_attribute("html", "lang") == "ar"
    assert [url for url in asked if "ouedraogo" in url.casefold()] == []
    assert_clean_as_it_stands(page)
    page.fill("#text", "capitaine")
    page.keyboard.press("Enter")
    page.locator("#text[value=capitaine]").wait_for()
    assert shown(page) == set(DELEGATES), "a rank is looked for as a name is"


def test_a_roster_in_which_nobody_is_found_says_so_and_leads_back_to_everybody(
    venue: Venue, everybody: set[str]
) -> None:
    page = venue.page(DELEGATION, language="ar", width=360)
    page.goto(f"{venue.main}/registration/roster")
    page.fill("#text", "Zephyrin")
    page.keyboard.press("Enter")
    page.get_by_text("لا أحد بهذه المواصفات.").wait_for()
    assert page.locator("main table").count() == 0
    assert f"0 من {len(everybody)}" in page.inner_text("#filter")
    assert found(page, venue, text="Zephyrin") == set()
    assert_clean_as_it_stands(page)
    page.get_by_role("link", name=f"عرضهم جميعاً ({len(everybody)})").click()
    page.locator("main table").wait_for()
    assert shown(page) == everybody


def test_addresses_of_notices_are_kept_and_the_line_that_is_none_is_named(venue: Venue, everybody: set[str]) -> None:
    page = venue.page(DELEGATION, language="fr", width=360)
    page.goto(f"{venue.main}/registration/notices")
    page.fill("#address-lines", "cabinet@example.org\n\nno address\nmission@example.org")
    page.focus("#addresses button")
    page.keyboard.press("Enter")
    assert "Ligne 3" in in_field(page, "#fault-addresses")
    assert page.locator("#addresses-refusal").is_hidden()
    assert page.inner_text("#addresses-saved") == ""
    assert kept(page, venue) == []
    assert_clean_as_it_stands(page)
    page.fill("#address-lines", "cabinet@example.org\n\nmission@example.org\n")
    pressed_again(page, "#addresses button")
    page.locator("#addresses-saved", has_text="Enregistré.").wait_for()
    assert page.locator("#fault-addresses").is_hidden()
    assert page.get_attribute("#address-lines", "aria-invalid") is None
    page.locator("#addresses button:focus").wait_for()
    assert kept(page, venue) == ["cabinet@example.org", "mission@example.org"]
    assert_clean_as_it_stands(page)
    page.press("#address-lines", "End")
    page.keyboard.type("x")
    assert page.inner_text("#addresses-saved") == "", "what is there now is not saved"
    page.reload()
    assert page.input_value("#address-lines") == "cabinet@example.org\nmission@example.org"
    page.fill("#address-lines", "\n".join(f"no{each}@example.org" for each in range(6)))
    page.click("#addresses button")
    assert "Ligne 6" in in_field(page, "#fault-addresses")
    page.fill("#address-lines", "")
    page.click("#addresses button")
    page.locator("#addresses-saved", has_text="Enregistré.").wait_for()
    assert kept(page, venue) == []


def kept(page: Page, venue: Venue) -> list[str]:
    addresses: list[str] = page.request.get(f"{venue.main}{BASE}/notice-addresses").json()["addresses"]
    return addresses


def test_notices_are_seen_with_one_press(venue: Venue, everybody: set[str]) -> None:
    page = venue.page("egypt", language="fr")
    page.goto(f"{venue.main}/registration/notices")
    assert page.locator("main table").count() == 1
    page.focus("button[data-act]")
    page.keyboard.press("Enter")
    said_there(page, "Tous les avis sont vus.")
    assert page.locator("main table strong").count() == 0
    url = f"{venue.main}/api/registration/v1/delegations/egypt/notices"
    assert {each["is_new"] for each in page.request.get(url).json()["notices"]} == {False}
