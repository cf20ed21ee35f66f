"""A badge layout is tried on an invented person, put into force for one category, and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API
from tests.browser.pressing import meant_by_keyboard
from tests.support.backend import ROOT

pytestmark = pytest.mark.browser
IN_FORCE = ROOT / "services" / "accreditation" / "adapters" / "badge_layout.toml"


def layouts(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = office.sign_in("administrator").get(office.url(f"{API}/layouts"))
    return found


def drawn(page: Page) -> str:
    """The address of the proof that is shown, once one is."""
    page.wait_for_selector("#proof:not([hidden])", timeout=60_000)
    page.locator("#proof-message:empty").wait_for(state="attached", timeout=60_000)
    assert page.evaluate("document.getElementById('proof').naturalWidth") > 100
    return page.get_attribute("#proof", "src") or ""


def test_a_layout_is_tried_before_it_is_in_force_and_a_bad_file_names_its_places(
    venue: Venue, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "good.toml").write_text(IN_FORCE.read_text().replace("0, 0, 105, 25", "0, 0, 105, 27"), "utf-8")
    (tmp_path / "bad.toml").write_text(IN_FORCE.read_text().replace('kind = "symbol"', 'kind = "cymbal"'), "utf-8")
    page = venue.page("administrator", language="ar", width=360)
    page.goto(f"{venue.main}/accreditation/layouts")
    before = drawn(page)
    page.click("#try")
    page.wait_for_selector("#message.mark-bad")
    page.select_option("#code", "delegate")
    page.set_input_files("#file", tmp_path / "good.toml")
    page.focus("#try")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message.mark-good", timeout=60_000)
    assert drawn(page) != before
    assert_clean_as_it_stands(page)
    assert layouts(office)["layouts"] == []
    page.set_input_files("#file", tmp_path / "bad.toml")
    page.click("#try")
    page.wait_for_selector("#message.mark-bad")
    assert "a6.front 9.kind" in page.inner_text("#faults")
    assert "كلمة" in page.inner_text("#faults")
    assert_clean_as_it_stands(page)
    page.click("#load button.btn-primary")
    page.wait_for_selector("#message.mark-bad")
    assert layouts(office)["layouts"] == []


def test_a_layout_comes_into_force_for_its_category_and_is_taken_back(
    venue: Venue, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "expert.toml").write_text(IN_FORCE.read_text().replace("0, 25, 105, 3", "0, 25, 105, 2"), "utf-8")
    page = venue.page("administrator")
    page.goto(f"{venue.main}/accreditation/layouts")
    page.select_option("#code", "expert")
    page.set_input_files("#file", tmp_path / "expert.toml")
    page.focus("#load button.btn-primary")
    page.keyboard.press("Enter")
    page.locator("tr[data-code=expert]").wait_for(timeout=60_000)
    in_force = layouts(office)["by_category"]
    assert in_force["expert"] != in_force["delegate"]
    page.select_option("#category", "expert")
    assert page.inner_text("#stamp") == in_force["expert"]
    drawn(page)
    assert page.locator("#proof-message.mark").count() == 0, "no sign of something wrong beside nothing"
    with page.expect_download() as download:
        page.click("#download")
    assert Path(download.value.path()).read_text("utf-8") == (tmp_path / "expert.toml").read_text("utf-8")
    page.select_option("#code", "expert")
    page.set_input_files("#file", tmp_path / "expert.toml")
    page.click("#load button.btn-primary")
    page.wait_for_selector("#message:has-text('in force already')")
    assert_clean_as_it_stands(page)
    page.focus("tr[data-code=expert] [data-remove]")
    meant_by_keyboard(page)
    page.locator("tr[data-code=expert]").wait_for(state="detached")
    assert layouts(office)["by_category"]["expert"] == in_force["delegate"]


def test_a_proof_that_does_not_come_is_said_in_words(venue: Venue) -> None:
    page = venue.page("officer", language="fr")

    def cut_off(route: Route) -> None:
        route.abort()

    page.route("**/api/accreditation/v1/layouts/*/proof", cut_off)
    page.goto(f"{venue.main}/accreditation/layouts")
    page.wait_for_selector("#proof-message.mark-bad")
    assert page.inner_text("#proof-message")
    assert page.locator("#load, [data-remove]").count() == 0, "an officer looks, and an administrator loads"
    page.unroute("**/api/accreditation/v1/layouts/*/proof")
    page.select_option("#category", "press")
    drawn(page)
