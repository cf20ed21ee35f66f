"""The live stream's page: what it could not show is counted where it would have stood."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Venue
from tests.browser.looking import violations

pytestmark = pytest.mark.browser


def test_a_pause_counts_what_the_page_does_not_keep(venue: Venue) -> None:
    page = venue.page("operator")
    is_paused, answers = False, 0
    event = {"number": 1, "type": "t", "service": "entrance", "key": "p", "happened": "", "data": {}}
    gaps = [("gap", {"missed": None, "number": 0}), ("gap", {"missed": 7, "number": 7})]
    told = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in [*gaps, *[("event", event)] * 310])

    def answer(route: Route) -> None:
        nonlocal answers
        answers += is_paused
        body = f"retry: 200\n\n{told if answers == 1 else ''}"
        route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/api/operations/v1/stream*", answer)
    page.goto(f"{venue.main}/operations/stream")
    page.click("#pause")
    is_paused = True
    while answers < 2:  # with the second, the first has been read to its end
        page.wait_for_timeout(50)
    rows = page.locator("#events tbody tr")
    assert rows.count() == 0
    page.click("#pause")
    assert rows.count() == 300
    assert "19 events were not shown here" in rows.nth(298).inner_text(), "7 and those 12 that are over"
    assert "Events may be missing here" in rows.nth(299).inner_text()
    assert violations(page) == []
