"""What a focal point presses on a person's page: withdrawal, a draft thrown away, what is to be let in."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from deploy.demo.office import Office
from deploy.demo.people import passport_zone
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands, assert_clean_in_each_language, in_field, said_there
from tests.browser.others import registered
from tests.browser.pressing import QUESTION, meant, meant_by_keyboard

pytestmark = pytest.mark.browser
DELEGATION = "mauritania"
BASE = "/api/registration/v1"
REQUESTS = "section[aria-labelledby=permits] tbody tr"


@pytest.fixture(scope="module")
def people(office: Office) -> list[str]:
    """Four of Mauritania, whom accreditation has."""
    names = ("Sidi Ould Bouamatou", "Coumba Diagana", "Yahya Ould Hademine", "Vatma Mint Soueina")
    return [registered(office, DELEGATION, name) for name in names]


def opened(page: Page, venue: Venue, participant_id: str) -> None:
    page.goto(f"{venue.main}/registration/person?id={participant_id}")


def told(page: Page, venue: Venue, path: str) -> dict[str, Any]:
    """What the API tells this page's own account."""
    found: dict[str, Any] = page.request.get(f"{venue.main}{BASE}/{path}").json()
    return found


def state_of(page: Page, venue: Venue, participant_id: str) -> str:
    return str(told(page, venue, f"participants/{participant_id}/registration")["state"])


def requests_of(page: Page, venue: Venue, participant_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(page, venue, f"participants/{participant_id}/permit-requests")["requests"]
    return found


def left_alone(page: Page, button: str) -> None:
    """Pressed, and answered with no: nothing is sent."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.click(button)
    page.click(f"{QUESTION} button.btn-outline-dark")
    page.wait_for_selector(QUESTION, state="detached")
    page.wait_for_timeout(300)
    assert set(sent) <= {"GET"}


def test_somebody_is_withdrawn_once_it_is_meant_and_the_page_says_so(venue: Venue, people: list[str]) -> None:
    who = people[0]
    page = venue.page(DELEGATION, language="ar", width=360)
    opened(page, venue, who)
    left_alone(page, "#withdraw")
    assert state_of(page, venue, who) == "submitted"
    page.click("#withdraw")
    assert "وتتوقف بطاقته عند كل البوابات" in page.inner_text(QUESTION)
    assert_clean_as_it_stands(page)
    page.keyboard.press("Escape")
    page.focus("#withdraw")
    meant_by_keyboard(page)
    said_there(page, "سُحب من القائمة، ومكانه حرّ.")
    assert state_of(page, venue, who) == "withdrawn"
    assert page.locator(".standing .mark-bad").first.inner_text() == "مسحوب"
    assert page.locator("#withdraw, #permit").count() == 0
    assert_clean_as_it_stands(page)
    page.reload()
    assert page.locator("#said").is_hidden(), "said once"


def test_a_draft_is_saved_by_keyboard_and_thrown_away_once_it_is_meant(venue: Venue, people: list[str]) -> None:
    page = venue.page(DELEGATION, language="fr", width=360)
    page.goto(f"{venue.main}/registration/person?category=expert")
    page.fill("#field-name_latin", "Brouillon Éphémère")
    page.focus("button[value=draft]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registration/person?id=*")
    said_there(page, "Brouillon enregistré")
    who = page.url.partition("id=")[2]
    left_alone(page, "[data-act=DELETE]")
    assert state_of(page, venue, who) == "draft"
    page.click("[data-act=DELETE]")
    assert_clean_as_it_stands(page)
    page.keyboard.press("Escape")
    page.focus("[data-act=DELETE]")
    meant_by_keyboard(page)
    page.wait_for_url("**/registration/roster")
    said_there(page, "Brouillon supprimé")
    assert "Brouillon Éphémère" not in page.inner_text("main")
    assert page.request.get(f"{venue.main}{BASE}/participants/{who}/registration").status == 404
    assert_clean_as_it_stands(page)
    page.go_back()
    assert who not in page.url, "nobody goes back to what is no more"


def test_a_weapon_a_radio_and_a_vehicle_with_who_sits_in_it_are_asked_for(venue: Venue, people: list[str]) -> None:
    _, driver, passenger, _ = people
    page = venue.page(DELEGATION, language="ar", width=360)
    opened(page, venue, driver)
    page.focus("#permit-mark")
    page.keyboard.press("Enter")
    assert "اكتب الرقم التسلسلي" in in_field(page, "#fault-mark")
    assert requests_of(page, venue, driver) == []
    assert_clean_as_it_stands(page)
    for kind, mark in (("weapon_permit", "GLK-40117"), ("radio_permit", "TETRA 7719")):
        page.select_option("#permit-kind", kind)
        assert page.locator("#permit-people").is_hidden()
        page.fill("#permit-mark", mark)
        page.keyboard.press("Enter")
        page.locator(REQUESTS, has_text=mark).wait_for()
        said_there(page, "أُرسل الطلب إلى مكتب الاعتماد.", "#permit-said")
    page.select_option("#permit-kind", "vehicle_permit")
    page.fill("#permit-mark", "0471 AA 00")
    page.focus(f"#permit-people [value='{passenger}']")
    page.keyboard.press("Space")
    assert_clean_as_it_stands(page)
    page.focus("#permit button")
    page.keyboard.press("Enter")
    row = page.locator(REQUESTS, has_text="0471 AA 00")
    row.wait_for()
    assert "Coumba Diagana" in row.inner_text()
    assert "Yahya Ould Hademine" in row.inner_text()
    assert "لدى مكتب الاعتماد" in row.inner_text()
    asked = {each["mark"]: (each["kind"], each["manifest"]) for each in requests_of(page, venue, driver)}
    assert asked == {
        "GLK-40117": ("weapon_permit", []),
        "TETRA 7719": ("radio_permit", []),
        "0471 AA 00": ("vehicle_permit", [driver, passenger]),
    }
    assert_clean_as_it_stands(page)


def test_a_request_is_taken_back_once_it_is_meant(venue: Venue, people: list[str]) -> None:
    driver = people[2]
    page = venue.page(DELEGATION, language="fr")
    opened(page, venue, driver)
    page.fill("#permit-mark", "BRT-92F-8")
    page.keyboard.press("Enter")
    button = f"{REQUESTS}:has-text('BRT-92F-8') [data-act]"
    page.locator(button).wait_for()
    left_alone(page, button)
    assert [each["withdrawn"] for each in requests_of(page, venue, driver)] == [False]
    page.click(button)
    assert_clean_as_it_stands(page)
    page.keyboard.press("Escape")
    meant(page, button)
    said_there(page, "Demande retirée.", "#permit-said")
    assert [each["withdrawn"] for each in requests_of(page, venue, driver)] == [True]
    assert page.locator(button).count() == 0


def test_who_left_the_list_meanwhile_sits_in_no_vehicle_and_that_is_said_at_the_choice(
    venue: Venue, office: Office, people: list[str]
) -> None:
    _, driver, _, gone = people
    page = venue.page(DELEGATION, language="fr", width=360)
    opened(page, venue, driver)
    before = requests_of(page, venue, driver)
    page.select_option("#permit-kind", "vehicle_permit")
    page.fill("#permit-mark", "9020 AB 00")
    page.check(f"#permit-people [value='{gone}']")
    office.sign_in(DELEGATION).send(office.url(f"{BASE}/participants/{gone}/withdrawal"))
    page.click("#permit button")
    assert "Tous les occupants sont sur votre liste" in in_field(page, "#fault-manifest")
    assert page.locator("#permit-refusal").is_hidden()
    assert requests_of(page, venue, driver) == before
    assert page.input_value("#permit-mark") == "9020 AB 00"
    assert_clean_as_it_stands(page)


def test_a_press_while_the_next_page_is_on_its_way_is_no_second_request(venue: Venue, people: list[str]) -> None:
    driver = people[2]
    page = venue.page(DELEGATION)
    opened(page, venue, driver)
    page.fill("#permit-mark", "ONCE-1")
    page.locator("#permit button").scroll_into_view_if_needed()
    button = page.locator("#permit button").bounding_box()
    assert button is not None
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    held: list[Route] = []
    page.route("**/registration/person?id=*", lambda route: held.append(route))
    page.keyboard.press("Enter")
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(50)
    # The page is looked at no more while it is left; what a hand does still reaches it.
    page.keyboard.press("Enter")
    page.mouse.click(button["x"] + 5, button["y"] + 5)
    page.wait_for_timeout(500)
    held[0].continue_()
    said_there(page, "The request was sent", "#permit-said")
    assert sent.count("POST") == 1
    assert [each["mark"] for each in requests_of(page, venue, driver)].count("ONCE-1") == 1


def test_a_persons_page_with_all_that_is_doubted_is_clean_in_each_language(venue: Venue, people: list[str]) -> None:
    page = venue.page(DELEGATION, language="en")
    zone = passport_zone("MRT", ("Petros", "Ioannou"), "X12345678", date(1971, 4, 5), date(2034, 5, 6))
    page.goto(f"{venue.main}/registration/person?category=expert")
    page.fill("#field-mrz", zone)
    page.locator("#zone-said:not(:empty)").wait_for()
    page.fill("#field-name_latin", "Koumba Diagana")
    page.fill("#field-birth_date", "")
    page.click("button[value=draft]")
    page.wait_for_url("**/registration/person?id=*")
    assert page.locator("#doubt-mrz").is_visible()
    assert "Coumba Diagana" in page.locator(".standing .alert-warning").inner_text()
    assert_clean_in_each_language(page, page.url)
    held = f"{venue.main}{BASE}/participants/{page.url.partition('id=')[2]}/registration"
    assert page.request.delete(held, headers={"Idempotency-Key": str(uuid.uuid4())}).ok
