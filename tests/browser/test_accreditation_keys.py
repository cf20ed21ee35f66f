"""A signing key that is compromised: revoked by an administrator on the page, and what it signed is made anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from deploy.demo.client import wait_until
from deploy.demo.office import Office
from shared.security.signing_keys import create_signing_key
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands, assert_clean_in_each_language
from tests.browser.others import API, badge_states, in_hands, prepared_badge

pytestmark = pytest.mark.browser


def keys(office: Office) -> dict[str, tuple[str, int]]:
    """State and live badges of each key."""
    rows = office.sign_in("administrator").get(office.url(f"{API}/signing-keys"))["rows"]
    return {row["key_id"]: (row["state"], row["live_badges"]) for row in rows}


def asked_about(page: Page, key: str) -> None:
    page.focus(f"[data-key='{key}'] [data-revoke]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#confirm:not([hidden])")


def test_the_only_key_is_not_revoked_and_no_means_no(venue: Venue, office: Office) -> None:
    (only,) = [key for key, (state, _) in keys(office).items() if state == "signing"]
    page = venue.page("administrator", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/keys")
    asked_about(page, only)
    assert page.evaluate("document.activeElement.id") == "confirm-no"
    assert str(keys(office)[only][1]) in page.inner_text("#confirm-text")
    assert_clean_as_it_stands(page)
    for answer in ("Enter", "Escape"):
        page.keyboard.press(answer)
        page.wait_for_selector("#confirm", state="hidden")
        assert page.evaluate("document.activeElement.dataset.revoke") == "", "the keyboard is where it was"
        page.keyboard.press("Enter")
        page.wait_for_selector("#confirm:not([hidden])")
    page.click("#confirm-yes")
    page.wait_for_selector("#message.mark-bad:has-text('لا مفتاح آخر')")
    assert keys(office)[only][0] == "signing"
    assert_clean_as_it_stands(page)


def test_a_compromised_key_is_revoked_and_who_has_its_badges_is_given_others(venue: Venue, office: Office) -> None:
    (older,) = [key for key, (state, _) in keys(office).items() if state == "signing"]
    before = keys(office)[older][1]
    folder = venue.lists.parent / "secrets" / "services" / "accreditation" / "signing"
    key = str(create_signing_key(folder, office.conference.number))
    assert key > older
    wait_until("the new key is told", lambda: key in keys(office))
    page = venue.page("administrator")
    assert_clean_in_each_language(page, f"{venue.main}/accreditation/keys")
    wait_until("the new key signs", lambda: keys(office)[key][0] == "signing", seconds=120)
    badge = in_hands(office, "tunisia", "Chedlia Ben Mrad-Zarrouk")
    assert keys(office) == {older: ("verifying", before), key: ("signing", 1)}
    page.reload()
    asked_about(page, key)
    assert f"Revoke key {key}: 1 badges end" in page.inner_text("#confirm-text")
    assert_clean_as_it_stands(page)
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "confirm-yes"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-key='{key}'] .mark-bad:has-text('Revoked')")
    assert page.locator(f"[data-key='{key}'] [data-revoke]").count() == 0
    assert keys(office)[key][0] == "revoked"
    another = prepared_badge(office, badge["participant_id"])
    assert another["replaces"] == badge["badge_id"]
    assert badge_states(office, badge["participant_id"]) == ["prepared", "revoked"]
    assert keys(office) == {older: ("signing", before + 1), key: ("revoked", 0)}
    page.reload()
    assert page.locator(f"[data-key='{key}'] td").nth(3).inner_text() == "0"
    desk = venue.page("officer", language="ar", width=360)
    desk.goto(f"{venue.main}/accreditation/desk")
    desk.fill("#read", badge["number"])
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#state.mark-bad")
    assert_clean_as_it_stands(desk)
    desk.fill("#read", another["number"])
    desk.keyboard.press("Enter")
    desk.wait_for_selector("[data-act=activate]:not([hidden])")
    desk.click("[data-act=activate]")
    desk.wait_for_selector("#state.mark-good")
    assert badge_states(office, badge["participant_id"]) == ["active", "revoked"]


def test_who_may_only_look_at_keys_has_nothing_to_press(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/keys")
    assert page.locator("#keys tbody tr").count() >= 1
    assert page.locator("[data-revoke]").count() == 0
