"""A signing key that is compromised: revoked by an administrator on the page, and what it signed is made anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API

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


def test_who_may_only_look_at_keys_has_nothing_to_press(venue: Venue) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/keys")
    assert page.locator("#keys tbody tr").count() >= 1
    assert page.locator("[data-revoke]").count() == 0
