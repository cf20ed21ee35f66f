"""What a delegation asks for is decided, and the token goes from hand to hand: at the desk, and at the armoury."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from deploy.demo.client import wait_until
from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, in_hands
from tests.browser.pressing import meant

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bearers(office: Office) -> list[dict[str, Any]]:
    """Two of Cyprus, with their badges in their hands."""
    return [in_hands(office, "cyprus", name) for name in ("Neophytos Chrysorogiatis", "Polyvios Agrotis")]


def asked(office: Office, badge: dict[str, Any], kind: str, mark: str, *manifest: str) -> str:
    """A request of Cyprus that accreditation has taken up."""
    url = office.url(f"/api/registration/v1/participants/{badge['participant_id']}/permit-requests")
    body = {"kind": kind, "mark": mark, "manifest": list(manifest)}
    request_id: str = office.sign_in("cyprus").send(url, json=body)["request_id"]
    wait_until("the request", lambda: request_id in [each["request_id"] for each in requests(office)])
    return request_id


def requests(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.sign_in("officer").get(office.url(f"{API}/permit-requests?delegation=cyprus"))[
        "rows"
    ]
    return found


def request(office: Office, request_id: str) -> dict[str, Any]:
    return next(each for each in requests(office) if each["request_id"] == request_id)


def token(office: Office, number: str) -> dict[str, Any]:
    (found,) = office.sign_in("officer").get(office.url(f"{API}/tokens?number={number}"))["rows"]
    return dict(found)


def granted(venue: Venue, office: Office, badge: dict[str, Any], kind: str, mark: str, *manifest: str) -> str:
    """The number of a permit that an officer issued on the page of requests."""
    request_id = asked(office, badge, kind, mark, *manifest)
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/permits?delegation=cyprus")
    page.click(f"[data-permit='{request_id}'] [data-permit-decision=approve]")
    page.locator(f"[data-permit='{request_id}']").wait_for(state="detached")
    page.goto(f"{venue.main}/accreditation/permits?state=approved&delegation=cyprus")
    number = page.locator(f"[data-permit='{request_id}'] a[href*='tokens?number=']").inner_text()
    page.context.close()
    return number


def found_token(page: Page, number: str) -> str:
    """Found by its number on the page of tokens, by keyboard; answers the selector of its row."""
    page.fill("#number", number)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: number in url)
    page.locator("#tokens tbody tr", has_text=number).wait_for()
    return "#tokens tbody tr"


def test_a_request_is_refused_with_a_reason_that_the_delegation_reads(
    venue: Venue, office: Office, bearers: list[dict[str, Any]]
) -> None:
    request_id = asked(office, bearers[0], "radio_permit", "TETRA-7719")
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/permits")
    row = page.locator(f"[data-permit='{request_id}']")
    assert "TETRA-7719" in row.inner_text()
    assert "Neophytos Chrysorogiatis" in row.inner_text()
    row.locator("[data-permit-decision=refuse]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#permit-message.mark-bad")
    page.wait_for_selector(f"[data-permit='{request_id}'] select:focus")
    assert request(office, request_id)["state"] == "open"
    assert_clean_as_it_stands(page)
    row.locator("select").select_option("too_many")
    row.locator("[data-permit-decision=refuse]").click()
    row.wait_for(state="detached")
    assert (request(office, request_id)["state"], request(office, request_id)["refusal"]) == ("refused", "too_many")
    page.click("a[href^='?state=refused']")
    page.locator(f"[data-permit='{request_id}']", has_text="للوفد ما يكفي منها").wait_for()
    assert_clean_as_it_stands(page)
    theirs = office.url(f"/api/registration/v1/participants/{bearers[0]['participant_id']}/permit-requests")

    def answered() -> bool:
        return "too_many" in [each["refusal"] for each in office.sign_in("cyprus").get(theirs)["requests"]]

    wait_until("the answer", answered)


def test_a_weapon_is_granted_put_into_the_armoury_and_taken_out_at_its_counter(
    venue: Venue, office: Office, bearers: list[dict[str, Any]]
) -> None:
    number = granted(venue, office, bearers[0], "weapon_permit", "GLK-40117")
    assert (token(office, number)["state"], token(office, number)["custody"]) == ("valid", "holder")
    page = venue.page("supervisor", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/tokens")
    row = found_token(page, number)
    assert "GLK-40117" in page.inner_text(row)
    page.focus(f"{row} [data-custody=armoury]")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{row} [data-custody=holder]")
    assert "في المستودع" in page.inner_text(row)
    assert token(office, number)["custody"] == "armoury"
    assert_clean_as_it_stands(page)
    assert page.locator("[data-ending], #issue").count() == 0, "no supervisor ends a permit or issues one"
    page.click(f"{row} [data-custody=holder]")
    page.wait_for_selector(f"{row} [data-custody=armoury]")
    assert token(office, number)["custody"] == "holder"


def test_a_permit_that_is_lost_ends_and_never_leaves_the_armoury_again(
    venue: Venue, office: Office, bearers: list[dict[str, Any]]
) -> None:
    number = granted(venue, office, bearers[1], "weapon_permit", "BRT-92F-8")
    page = venue.page("officer", language="fr")
    page.goto(f"{venue.main}/accreditation/tokens")
    row = found_token(page, number)
    page.locator(f"{row} select").select_option("lost")
    meant(page, f"{row} [data-ending]")
    page.wait_for_selector(f"{row} .mark-bad:has-text('Perdu')")
    assert token(office, number)["state"] == "lost"
    assert page.locator(f"{row} [data-ending]").count() == 0
    page.click(f"{row} [data-custody=armoury]")
    page.wait_for_selector(f"{row} [data-custody]", state="detached")
    assert token(office, number)["custody"] == "armoury"
    assert_clean_as_it_stands(page)


def test_who_sits_in_a_vehicle_is_granted_on_the_dossier_and_changed_by_badge_numbers(
    venue: Venue, office: Office, bearers: list[dict[str, Any]]
) -> None:
    driver, other = bearers
    request_id = asked(office, driver, "vehicle_permit", "KAA 4471", driver["participant_id"])
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/dossiers/{driver['participant_id']}")
    page.focus(f"[data-permit='{request_id}'] [data-permit-decision=approve]")
    page.keyboard.press("Enter")
    link = page.locator(f"[data-permit='{request_id}'] a[href*='tokens?number=']")
    number = link.inner_text()
    assert_clean_as_it_stands(page)
    link.click()
    row = page.locator("#tokens tbody tr", has_text="KAA 4471")
    row.locator("summary").click()
    row.locator("textarea").fill("7K3Q-W0RN6")
    row.locator("[data-manifest]").click()
    page.wait_for_selector("#message.mark-bad:has-text('7K3Q-W0RN6')")
    row.locator("textarea").fill(f"{driver['number']}\n{other['number']}")
    row.locator("[data-manifest]").click()
    row.locator("a", has_text="Polyvios Agrotis").wait_for()
    assert token(office, number)["manifest"] == [driver["participant_id"], other["participant_id"]]
    assert_clean_as_it_stands(page)
    printed = page.request.get(f"{venue.main}{page.locator('main p > a.btn').get_attribute('href')}")
    assert printed.body().startswith(b"%PDF")


def test_a_floater_is_issued_handed_over_and_taken_back(venue: Venue, office: Office) -> None:
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/tokens?delegation=cyprus&kind=floater")
    assert page.locator("#tokens").count() == 0
    page.select_option("#issue-kind", "weapon_permit")
    assert page.is_visible("#issue-mark")
    assert page.is_visible("#issue-holder")
    page.select_option("#issue-kind", "floater")
    assert page.locator("#issue-mark, #issue-holder, #issue-manifest").filter(visible=True).count() == 0
    page.select_option("#issue-delegation", "cyprus")
    page.focus("#issue button")
    page.keyboard.press("Enter")
    page.wait_for_url("**number=F-*")
    number = page.input_value("#number")
    page.click("[data-custody=desk]")
    page.wait_for_selector("#tokens [data-custody=holder]")
    assert (token(office, number)["delegation"], token(office, number)["custody"]) == ("cyprus", "desk")
    assert_clean_as_it_stands(page)
    page.click("#tokens [data-custody=holder]")
    page.wait_for_selector("#tokens [data-custody=desk]")
    assert token(office, number)["custody"] == "holder"


def test_a_pin_names_its_holder_by_a_badge_number_that_is_there(
    venue: Venue, office: Office, bearers: list[dict[str, Any]]
) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/tokens")
    page.select_option("#issue-kind", "pin")
    page.select_option("#issue-delegation", "cyprus")
    page.fill("#issue-holder", "7K3Q-W0RN6")
    page.keyboard.press("Enter")
    page.wait_for_selector("#issue-message.mark-bad")
    page.fill("#issue-holder", bearers[0]["number"])
    page.keyboard.press("Enter")
    page.wait_for_url("**number=*")
    assert "Neophytos Chrysorogiatis" in page.inner_text("#tokens")
    assert token(office, page.input_value("#number"))["holder"] == bearers[0]["participant_id"]
