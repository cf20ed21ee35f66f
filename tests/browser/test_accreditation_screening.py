"""The outside authority answers on its own page, and what officers see of it."""

from __future__ import annotations

import pytest

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import dossier, registered

pytestmark = pytest.mark.browser


def with_the_authority(office: Office, delegation: str, name: str) -> str:
    """Somebody of a delegation's press, whose dossier waits for the outside authority."""
    who = registered(office, delegation, name, "press", title="Reporter")
    assert dossier(office, who)["dossier"]["state"] == "in_screening"
    return who


def row_of(who: str) -> str:
    return f"tr[data-reference='{who}']"


def test_who_is_clear_goes_on_to_an_officer_and_who_is_not_needs_two(venue: Venue, office: Office) -> None:
    clear, not_clear = (
        with_the_authority(office, "spain", each) for each in ("Iñigo Zubizarreta", "Begoña Arrizabalaga")
    )
    courier = venue.page("officer", language="fr")
    courier.goto(f"{venue.main}/accreditation/authority?delegation=spain")
    assert courier.locator("#waiting tbody tr").count() == 2
    page = venue.page("authority", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/screening")
    assert "Begoña Arrizabalaga" in page.inner_text(row_of(not_clear))
    page.locator(f"{row_of(clear)} [data-clear=true]").click()
    page.locator(f"{row_of(clear)} [data-result]:not(:has(button))").wait_for()
    page.focus(f"{row_of(not_clear)} [data-clear=false]")
    page.keyboard.press("Enter")
    page.locator(f"{row_of(not_clear)} [data-result]:not(:has(button))").wait_for()
    answers = [page.inner_text(f"{row_of(who)} [data-result]") for who in (clear, not_clear)]
    assert answers == ["لا مانع", "مانع"]
    assert_clean_as_it_stands(page)
    found = [dossier(office, who)["dossier"] for who in (clear, not_clear)]
    assert [(each["state"], each["screening"]) for each in found] == [
        ("in_review", "clear"),
        ("in_review", "not_clear"),
    ]
    page.reload()
    assert page.locator(row_of(clear)).count() + page.locator(row_of(not_clear)).count() == 0
    courier.reload()
    assert courier.locator("#waiting").count() == 0
    courier.goto(f"{venue.main}/accreditation/dossiers/{not_clear}")
    assert courier.locator("#screening .mark-bad").count() == 1
    courier.click("button[value=approve]")
    courier.wait_for_url(lambda url: not_clear not in url)
    assert dossier(office, not_clear)["dossier"]["state"] == "awaiting_second_officer"
    courier.goto(f"{venue.main}/accreditation/dossiers/{clear}")
    assert courier.locator("#screening .mark-good").count() == 1
    courier.click("button[value=approve]")
    courier.wait_for_url(lambda url: clear not in url)
    assert dossier(office, clear)["dossier"]["state"] == "approved"


def test_a_key_that_is_held_answers_for_one_person_alone(venue: Venue, office: Office) -> None:
    everybody = [with_the_authority(office, "morocco", each) for each in ("Tariq Benhaddouche", "Ilham Lamghari")]
    page = venue.page("authority")
    page.goto(f"{venue.main}/accreditation/screening")
    rows = page.locator("tr[data-reference]").evaluate_all("rows => rows.map(row => row.dataset.reference)")
    first, second = sorted(everybody, key=rows.index)
    page.focus(f"{row_of(first)} [data-clear=true]")
    for _ in range(40):
        page.keyboard.down("Enter")  # what comes after the first is what a held key repeats
        page.wait_for_timeout(50)
    page.keyboard.up("Enter")
    page.wait_for_selector(f"{row_of(second)} button:focus")
    found = [dossier(office, who)["dossier"]["screening"] for who in (first, second)]
    assert found == ["clear", None]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(f"{row_of(second)} [data-result]:not(:has(button))").wait_for()
    assert dossier(office, second)["dossier"]["screening"] == "not_clear"


def test_there_is_no_sealed_file_without_an_authoritys_card_and_the_page_says_so(venue: Venue) -> None:
    page = venue.page("officer", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/authority")
    page.focus("#download")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message.mark-bad")
    assert "مفاتيح للجهة المختصة" in page.inner_text("#message")
    assert page.url.endswith("/accreditation/authority")
    assert_clean_as_it_stands(page)
