"""What an officer makes of an alert, and what the keeper of watchlists does to a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, dossier, registered, state_of
from tests.browser.pressing import QUESTION, meant_by_keyboard

pytestmark = pytest.mark.browser
HEADINGS = "reference,name,birth_date,nationality"
# One list with both, and each found by one test: names that nobody else at the conference has.
WANTED = {"W-1": "Wistin Xerribakhta", "W-2": "Zaren Qormifalzon"}


def load(page: Page, file: Path, rows: list[str]) -> None:
    """A version of the list `wanted`, loaded on the page by its keeper."""
    file.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    page.fill("#code", "wanted")
    page.set_input_files("#file", file)
    page.focus("#load button")
    page.keyboard.press("Enter")


def everybody_is_screened(page: Page) -> None:
    """The page loads itself again until nobody is left."""
    page.locator("#progress[data-left='0']").wait_for(timeout=60_000)


@pytest.fixture(scope="module")
def suspects(venue: Venue, office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Two of Malta who wait for an officer, each with an alert, by the reference in the list."""
    found = {reference: registered(office, "malta", name) for reference, name in WANTED.items()}
    page = venue.page("administrator")
    page.goto(f"{venue.main}/accreditation/watchlists")
    rows = [f"{reference},{name},1971-04-05,MLT" for reference, name in WANTED.items()]
    load(page, tmp_path_factory.mktemp("lists") / "wanted.csv", rows)
    page.wait_for_selector("#message.mark-good:has-text('2 people')")
    page.locator("tr[data-code=wanted]").wait_for()
    everybody_is_screened(page)
    for reference, who in found.items():
        assert alert(office, who)["reference"] == reference
    page.context.close()
    return found


def alert(office: Office, who: str) -> dict[str, Any]:
    """The one alert of somebody, empty before there is one."""
    officer = office.sign_in("officer")
    for state in ("open", "false_positive", "true_match", "gone"):
        for each in officer.get(office.url(f"{API}/alerts?state={state}"))["rows"]:
            if each["participant_id"] == who:
                return dict(each)
    return {"reference": "", "state": ""}


def test_a_false_positive_stays_cleared_when_the_list_comes_again(
    venue: Venue, office: Office, suspects: dict[str, str], tmp_path: Path
) -> None:
    who = suspects["W-1"]
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/alerts")
    page.locator(f"a[href$='{who}']").click()
    item = page.locator("[data-alert]")
    item.wait_for()
    assert "W-1" in item.inner_text()
    assert "Wistin Xerribakhta" in item.inner_text()
    assert_clean_as_it_stands(page)
    item.locator("[data-disposition=false_positive]").click()
    page.locator("[data-alert][data-state=false_positive]").wait_for()
    assert "شخص آخر" in page.inner_text("[data-alert] .mark")
    assert alert(office, who)["state"] == "false_positive"
    keeper = venue.page("administrator")
    keeper.goto(f"{venue.main}/accreditation/watchlists")
    rows = [f"{reference},{name},1971-04-05,MLT" for reference, name in WANTED.items()]
    load(keeper, tmp_path / "wanted.csv", [*rows, "W-3,Ganni Borgcardonax,,MLT"])
    keeper.wait_for_selector("#message.mark-good:has-text('3 people')")
    keeper.locator("tr[data-code=wanted]", has_text="3").wait_for()
    everybody_is_screened(keeper)
    page.reload()
    page.locator("[data-alert][data-state=false_positive]").wait_for()
    assert dossier(office, who)["dossier"]["open_alerts"] == 0
    page.goto(f"{venue.main}/accreditation/alerts")
    assert page.locator(f"a[href$='{who}']").count() == 0
    page.click("a[href='?state=false_positive']")
    page.locator(f"a[href$='{who}']").wait_for()
    assert page.locator("[aria-current=page]", has_text="شخص آخر").count() == 1
    assert_clean_as_it_stands(page)


def test_a_true_match_leaves_nothing_but_a_rejection(venue: Venue, office: Office, suspects: dict[str, str]) -> None:
    who = suspects["W-2"]
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/dossiers/{who}")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    page.wait_for_selector("#message:has-text('alerts without a disposition')")
    page.keyboard.press("t")
    page.locator("[data-alert][data-state=true_match]").wait_for()
    assert "true match" in page.inner_text("[data-alert] .mark")
    assert alert(office, who)["state"] == "true_match"
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    page.wait_for_selector("#message:has-text('only a rejection is possible')")
    assert_clean_as_it_stands(page)
    page.click("#break-glass summary")
    page.select_option("#break-glass [name=internal_code]", "emergency")
    page.click("#break-glass form > .decide-row button")
    page.click("#break-glass [data-yes]")
    page.wait_for_selector("#break-glass [data-said]:has-text('only a rejection is possible')")
    assert state_of(office, who) == "in_review"
    page.goto(f"{venue.main}/accreditation/alerts?state=true_match")
    assert page.locator(f"a[href$='{who}']").count() == 1
    page.goto(f"{venue.main}/accreditation/dossiers/{who}")
    page.select_option("#releasable", "not_accredited")
    page.select_option("#decide [name=internal_code]", "watchlist")
    page.click("button[value=reject]")
    page.wait_for_url(lambda url: who not in url)
    assert state_of(office, who) == "rejected"
    theirs = office.sign_in("malta").get(office.url(f"/api/registration/v1/participants/{who}/registration"))
    assert "watchlist" not in str(theirs).lower()


def test_the_same_list_again_changes_nothing_and_a_removed_one_takes_its_alerts_with_it(
    venue: Venue, office: Office, suspects: dict[str, str], tmp_path: Path
) -> None:
    page = venue.page("administrator", language="fr", width=360)
    page.goto(f"{venue.main}/accreditation/watchlists")
    rows = ["L-1,Kelinu Zrinzoverde,,MLT"]
    load(page, tmp_path / "wanted.csv", rows)
    page.wait_for_selector("#message.mark-good")
    page.locator("tr[data-code=wanted] td:nth-child(3)", has_text="1").wait_for()
    everybody_is_screened(page)
    assert alert(office, suspects["W-1"])["state"] == "gone"
    load(page, tmp_path / "wanted.csv", rows)
    page.wait_for_selector("#message:has-text('rien ne change')")
    assert_clean_as_it_stands(page)
    page.focus("tr[data-code=wanted] [data-remove]")
    page.keyboard.press("Enter")
    page.wait_for_selector(QUESTION)
    assert_clean_as_it_stands(page)
    page.keyboard.press("Escape")
    meant_by_keyboard(page)
    page.locator("tr[data-code=wanted]").wait_for(state="detached")
    lists = office.sign_in("administrator").get(office.url(f"{API}/watchlists"))
    assert "wanted" not in str(lists)
