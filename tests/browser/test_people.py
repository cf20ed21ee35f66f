"""A delegation's accounts: one is opened, its password shown once, and disabled by whoever means it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.pressing import QUESTION, meant_by_keyboard

pytestmark = pytest.mark.browser


def test_an_account_is_opened_and_disabled_for_good_on_a_phone_in_french(venue: Venue) -> None:
    page = venue.page("administrator", language="fr", width=360)
    page.goto(f"{venue.main}/identity/people?delegation=tunisia")
    page.fill("#full-name", "Salma Ben Romdhane")
    page.fill("#sign-in-name", "salma.temporary")
    page.fill("#email", "secretariat.tunisie@example.org")
    page.click("#open button")
    page.wait_for_selector("#drawn:not([hidden])")
    assert len(page.inner_text("#drawn-password")) >= 12
    page.goto(f"{venue.main}/identity/people?delegation=tunisia")
    row = page.locator("tr", has_text="salma.temporary")
    row.locator("[data-disable]").click()
    page.wait_for_selector(QUESTION)
    assert_clean_as_it_stands(page)
    page.focus("#full-name")
    page.wait_for_selector(QUESTION, state="detached")
    row.locator("[data-disable]").focus()
    meant_by_keyboard(page)
    row.locator(".mark-bad", has_text="Désactivé").wait_for()
    assert row.locator("[data-disable]").count() == 0
