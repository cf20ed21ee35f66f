"""The queue, a dossier, alerts and watchlists as an officer works with them: by keyboard, one after the other."""

from __future__ import annotations

import tomllib
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from deploy.demo.accounts import ACCOUNTS
from deploy.demo.client import Person, settled_import, wait_until
from deploy.demo.rosters import make_roster
from services.operations.application.publish_conference import parse_conference
from shared.world import SYSTEM
from tests.browser.conftest import BENGHAZI, Venue
from tests.browser.looking import assert_clean_in_each_language, violations

pytestmark = pytest.mark.browser
DOSSIERS = "/api/accreditation/v1"


def signed_in(venue: Venue, http: httpx.Client, name: str) -> Person:
    email = next(account.email for account in ACCOUNTS if account.name == name)
    return Person.sign_in(http, venue.main, email, venue.passwords[name])


@pytest.fixture(scope="module")
def queue(venue: Venue) -> list[dict[str, Any]]:
    """Dossiers of Greece that wait for an officer, one of whom is on a list under another spelling."""
    conference = parse_conference(tomllib.loads(BENGHAZI.read_text(encoding="utf-8")))
    roster = make_roster(conference, "greece", SYSTEM.now().date(), seed=99)
    with httpx.Client(timeout=60) as http:
        administrator, officer = signed_in(venue, http, "administrator"), signed_in(venue, http, "officer")
        content = b"reference,name,birth_date,nationality\nX-1,Theodore Lamprinoudis,,GRC\nX-2,Eleni Georgiou,,\n"
        url = f"{venue.main}{DOSSIERS}/watchlists/demonstration/content"
        administrator.send(url, method="PUT", files={"file": ("list.csv", content)})
        focal_point = signed_in(venue, http, "greece")
        url = f"{venue.main}/api/registration/v1"
        files = {"workbook": ("list.xlsx", roster.workbook), "photos": ("photos.zip", roster.photos)}
        checked = focal_point.send(f"{url}/delegations/greece/imports", files=files)
        its_import = f"{url}/imports/{checked['import_id']}"
        settled_import(focal_point, its_import)
        focal_point.send(f"{its_import}/commit")

        def waiting() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = officer.get(f"{venue.main}{DOSSIERS}/queue?delegation=greece")["rows"]
            return rows if len(rows) >= 5 else []

        return wait_until("dossiers of Greece", waiting)


def errors_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("place", ["dossier", "alerts", "authority", "watchlists", "queue"])
def test_each_page_is_clean_in_each_language_and_fits_a_phone(
    venue: Venue, queue: list[dict[str, Any]], place: str
) -> None:
    page = venue.page("officer")
    errors = errors_of(page)
    path = f"dossiers/{queue[0]['participant_id']}" if place == "dossier" else place
    assert_clean_in_each_language(page, f"{venue.main}/accreditation/{path}")
    assert errors == []


def test_an_officer_decides_one_dossier_after_the_other_by_keyboard_alone(
    venue: Venue, queue: list[dict[str, Any]]
) -> None:
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/queue?delegation=greece")
    page.keyboard.press("Enter")
    decided: list[str] = []
    for _ in range(3):
        page.wait_for_selector("#decide")
        participant = page.get_attribute("#dossier", "data-participant")
        assert participant is not None
        while page.locator("[data-key-click=f]").count():
            alerts = page.locator("[data-alert][data-state=open]").count()
            page.keyboard.press("f")
            page.wait_for_function(
                "before => document.querySelectorAll('[data-alert][data-state=open]').length < before", arg=alerts
            )
        page.keyboard.press("a")
        page.wait_for_function(
            "before => document.querySelector('#dossier')?.dataset.participant !== before", arg=participant
        )
        decided.append(participant)
    assert len(set(decided)) == 3
    states = {row["participant_id"]: row["state"] for row in still_waiting(page)}
    assert all(states.get(each) in (None, "awaiting_second_officer") for each in decided)


def test_two_officers_see_each_other_on_one_dossier(venue: Venue, queue: list[dict[str, Any]]) -> None:
    first, second = venue.page("officer"), venue.page("second_officer")
    first.goto(f"{venue.main}/accreditation/next?delegation=greece")
    first.wait_for_load_state("networkidle")
    second.goto(first.url)
    second.wait_for_selector("#claim:not([hidden])")
    assert "person-officer" in second.inner_text("#claim-text")
    second.keyboard.press("a")
    second.wait_for_selector("#message:not(:empty)")
    second.keyboard.press("c")
    second.wait_for_selector("#claim", state="hidden")


def test_a_decision_on_several_is_shown_before_it_is_taken(venue: Venue, queue: list[dict[str, Any]]) -> None:
    page = venue.page("officer", language="fr")
    page.goto(f"{venue.main}/accreditation/queue?delegation=greece")
    boxes = page.locator("#queue [data-select]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.click("button[value=approve]")
    page.wait_for_selector("#preview:not([hidden])")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#preview", state="hidden")
    assert page.locator("[data-result]:not(:empty)").count() <= 2


def test_a_bad_list_is_refused_with_its_places(venue: Venue, tmp_path: Any) -> None:
    (tmp_path / "list.csv").write_text("reference,name\nX-1,\n", encoding="utf-8")
    page = venue.page("administrator", language="ar")
    page.goto(f"{venue.main}/accreditation/watchlists")
    page.fill("#code", "bad")
    page.set_input_files("#file", tmp_path / "list.csv")
    page.click("#load button")
    page.wait_for_selector("#faults li")
    assert "الاسم ناقص" in page.inner_text("#faults")
    assert violations(page) == []


def still_waiting(page: Page) -> list[dict[str, Any]]:
    found: dict[str, Any] = page.evaluate(
        "fetch('/api/accreditation/v1/queue?delegation=greece').then((answer) => answer.json())"
    )
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def approved(venue: Venue) -> str:
    """Somebody of Greece whom officers approved."""
    with httpx.Client(timeout=60) as http:
        officers = [signed_in(venue, http, name) for name in ("officer", "second_officer")]
        rows = officers[0].get(f"{venue.main}{DOSSIERS}/queue?delegation=greece")["rows"]
        row = next(each for each in rows if not each["open_alerts"] and not each["approvals"])
        body = {"decision": "approve", "participant_ids": [row["participant_id"]]}
        for officer in officers:
            officer.send(f"{venue.main}{DOSSIERS}/decisions", json=body)
        found = officers[0].get(f"{venue.main}{DOSSIERS}/dossiers/{row['participant_id']}")
        assert found["dossier"]["state"] == "approved"
        return str(row["participant_id"])


def test_a_later_rejection_is_asked_once_more_and_ends_the_badge(venue: Venue, queue: list[dict[str, Any]]) -> None:
    page = venue.page("officer")
    errors = errors_of(page)
    url = f"{venue.main}/accreditation/dossiers/{approved(venue)}"
    page.goto(url)
    page.focus("#reject-later summary")
    page.keyboard.press("Enter")
    page.focus("#reject-later button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reject-later [data-said]:not(:empty)")
    page.select_option("#reject-later [name=releasable_code]", "not_accredited")
    page.select_option("#reject-later [name=internal_code]", "conduct")
    page.fill("#reject-later [name=note]", "Seen at the door")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reject-later [role=alertdialog]:not([hidden])")
    assert page.evaluate("document.activeElement.dataset.no") == ""
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#reject-later [role=alertdialog]", state="hidden")
    page.keyboard.press("Enter")
    page.click("#reject-later [data-yes]")
    page.wait_for_selector("#reject-later", state="detached")
    assert "Rejected" in page.inner_text("#dossier")
    assert "Revoked" in page.inner_text("[aria-labelledby=badges-title]")
    assert "Seen at the door" in page.inner_text(".steps")
    assert errors == []


def test_an_emergency_approval_asks_why_and_once_more(venue: Venue, queue: list[dict[str, Any]]) -> None:
    page = venue.page("second_officer", language="fr")
    row = next(each for each in still_waiting(page) if not each["open_alerts"] and not each["approvals"])
    page.goto(f"{venue.main}/accreditation/dossiers/{row['participant_id']}")
    page.click("#break-glass summary")
    page.click("#break-glass form > .decide-row button")
    page.wait_for_selector("#break-glass [data-said]:not(:empty)")
    page.select_option("#break-glass [name=internal_code]", "other")
    page.click("#break-glass form > .decide-row button")
    page.click("#break-glass [data-yes]")
    page.wait_for_selector("#emergency")
    assert "Autre motif" in page.inner_text(".steps")


def test_a_file_that_is_not_the_authoritys_is_refused_on_the_page(venue: Venue, tmp_path: Any) -> None:
    (tmp_path / "answers").write_bytes(b"not sealed")
    page = venue.page("administrator", language="ar")
    page.goto(f"{venue.main}/accreditation/authority")
    page.set_input_files("#file", tmp_path / "answers")
    page.click("#answers button")
    page.wait_for_selector("#message:not(:empty)")
    assert "مفاتيح للجهة المختصة" in page.inner_text("#message"), "the demonstration has no authority's card"
    assert violations(page) == []
