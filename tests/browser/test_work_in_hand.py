"""Operators' and programme officers' pages in the states in which they have work: a story, a draft."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands, assert_clean_in_each_language

pytestmark = pytest.mark.browser


def test_a_persons_story_is_clean(venue: Venue) -> None:
    page = venue.page("operator")
    rows = venue.page("officer").request.get(f"{venue.main}/api/accreditation/v1/badges?state=active").json()["rows"]
    story = f"{venue.main}/operations/story?participant={rows[0]['participant_id']}"
    assert_clean_in_each_language(page, story)
    assert page.locator("main table tbody tr").count() > 3
    page.reload()
    page.locator("main details summary").first.click()
    assert_clean_as_it_stands(page)
    page.goto(f"{venue.main}/operations/story?participant=nobody")
    assert page.locator("[role=alert]").count() == 1
    assert_clean_as_it_stands(page)


def test_a_draft_beside_what_is_in_force_is_clean(venue: Venue) -> None:
    page = venue.page("programme")
    page.goto(f"{venue.main}/session-allocation/programme")
    page.click("#run")
    page.wait_for_url("**/session-allocation/programme?draft=*")
    page.locator("#publish").wait_for()
    assert_clean_in_each_language(page, page.url)
    page.goto(f"{venue.main}/session-allocation/programme?draft=gone")
    assert page.locator(".mark-bad").count() == 1
    assert_clean_as_it_stands(page)
