"""Registration as three delegations live it, each in its language: what they read, and nothing of one another."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page

from deploy.demo.portraits import portrait
from tests.browser.conftest import Venue
from tests.browser.looking import violations
from tests.browser.pressing import meant
from tests.browser.visiting import ALL, Delegation, Visit, named, people_of, until_there

# The first of them waits for the installation too.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
CATEGORY = "interpreter"
EXPIRES = "2035-01-31"


@pytest.mark.parametrize("who", ALL, ids=[each.account for each in ALL])
def test_a_delegation_lives_through_registration_in_its_language_and_meets_nobody_of_another(
    venue: Venue, tmp_path: Path, who: Delegation
) -> None:
    visit, officer = Visit(venue, who, tmp_path), venue.page("officer")
    first, second, third = who.people
    arrive(visit)
    a_waiver_is_asked_and_granted(visit, officer)
    a_list_comes_back_and_is_corrected(visit, tmp_path)
    ids = {name: id_of(visit, name) for name in (first, second)}
    assert named(visit.page, people_of(venue, who.account)), "who is looked for would be found"
    somebody_is_written_down_as_a_draft(visit, tmp_path, third)
    an_officers_return_is_answered(visit, officer, first, ids[first])
    one_comes_instead_of_another(visit, ids[second], third)
    a_plan_withdraws_somebody(visit, ids[first])
    wishes_are_saved(visit)
    visit.go("registration/notices")
    visit.look("notices")
    visit.read("notice")
    visit.press("button[data-act]")
    assert visit.page.locator("table strong").count() == 0
    visit.look("notices-seen")


def arrive(visit: Visit) -> None:
    visit.look("home")
    visit.page.get_by_text(visit.who.says["home"], exact=True).click()
    visit.page.wait_for_url("**/registration/overview")
    assert visit.page.inner_text("h1") == visit.who.name
    visit.read("open")
    visit.look("overview")


def a_waiver_is_asked_and_granted(visit: Visit, officer: Page) -> None:
    page, reason = visit.page, f"{visit.who.category} +3"
    visit.go("registration/quota")
    page.select_option("#waiver-category", CATEGORY)
    page.fill("#waiver-places", "3")
    page.fill("#waiver-reason", reason)
    visit.press("#waiver button")
    visit.read("asked")
    visit.look("waiver-asked")
    officer.goto(f"{visit.main}/registration/waivers")
    decision = officer.locator("form[data-waiver]", has_text=reason)
    decision.locator("[name=places]").fill("2")
    decision.locator("[name=answer]").fill(visit.who.post)
    with officer.expect_navigation():
        decision.locator("button[value=grant]").click()
    visit.go("registration/notices")
    visit.read("granted", "tbody tr:first-child")
    visit.go("registration/quota")
    visit.look("waiver-answered")
    assert visit.who.post in page.inner_text("section[aria-labelledby=waivers]")


def a_list_comes_back_and_is_corrected(visit: Visit, folder: Path) -> None:
    who, page = visit.who, visit.page
    sent, photos, corrected = folder / "list.xlsx", folder / "photos.zip", folder / "corrected.xlsx"
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(who.headings))
    with zipfile.ZipFile(photos, "w") as archive:
        for number, (name, state) in enumerate(zip(who.people, (who.nationality, who.nobodys), strict=False)):
            sheet.append(
                [who.category, name, state, f"X{who.account[0].upper()}99000{number}", EXPIRES, f"{number}.jpg"]
            )
            archive.writestr(f"{number}.jpg", portrait(name))
    book.save(sent)
    visit.go("registration/import")
    visit.send(sent, photos)
    assert visit.counts()[:3] == ["2", "1", "1"]
    visit.read("unknown", "table.stack tbody")
    assert who.nobodys in page.inner_text("table.stack tbody")
    visit.look("list-with-a-fault")
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name=who.says["annotated"]).click()
    download.value.save_as(corrected)
    returned: Any = load_workbook(corrected)
    cell = returned.active.cell(3, 3)
    assert cell.value == who.nobodys
    assert who.says["unknown"] in cell.comment.text
    cell.value = who.nationality
    returned.save(corrected)
    visit.send(corrected, photos)
    assert visit.counts()[:4] == ["2", "2", "0", "2"]
    visit.read("no_faults")
    visit.look("list-corrected")
    page.click("#commit button")
    page.locator(".alert-success").wait_for()
    visit.read("committed", ".alert-success")
    assert visit.counts()[3:] == ["2", "0", "0", "0"]
    visit.look("list-registered")


def id_of(visit: Visit, name: str) -> str:
    visit.go("registration/roster")
    visit.look("roster")
    link = visit.page.locator("tbody a", has_text=name).get_attribute("href") or ""
    return link.rpartition("=")[2]


def somebody_is_written_down_as_a_draft(visit: Visit, folder: Path, name: str) -> None:
    page = visit.page
    (folder / "face.jpg").write_bytes(portrait(name))
    visit.go(f"registration/person?category={CATEGORY}")
    page.fill(visit.who.name_field, name)
    page.click("button[value=submit]")
    page.wait_for_selector("#fault-nationality:not([hidden])")
    visit.read("required", "#fault-nationality")
    visit.look("form-with-faults")
    page.fill("#field-nationality", visit.who.nationality)
    page.fill("#field-document_number", f"X{visit.who.account[0].upper()}990009")
    page.fill("#field-document_expires", EXPIRES)
    page.set_input_files("#field-photo", folder / "face.jpg")
    page.click("button[value=draft]")
    page.wait_for_url("**/registration/person?id=*")
    visit.read("draft", ".standing")
    visit.look("draft")


def an_officers_return_is_answered(visit: Visit, officer: Page, name: str, who: str) -> None:
    page, post = visit.page, visit.who.post
    until_there(officer, f"{visit.main}/accreditation/dossiers/{who}", officer.locator("#decide"))
    officer.select_option("[data-return] [data-field]", "title")
    officer.fill("[data-return] [data-remark]", f"{post}?")
    with officer.expect_navigation():
        officer.click("button[value=return]")
    waiting = page.locator("section[aria-labelledby=waits] a", has_text=name)
    until_there(page, f"{visit.main}/registration/overview", waiting)
    visit.look("overview-with-a-return")
    waiting.click()
    page.wait_for_url("**/registration/person?id=*")
    visit.read("returned", ".standing")
    assert f"{post}?" in page.inner_text("#remark-title")
    visit.look("returned")
    assert violations(page) == []
    page.reload()
    page.fill("#field-title", post)
    page.fill("#field-reply-title", f"{post}!")
    page.click("button[value=submit]")
    page.locator("#answered").wait_for()
    visit.read("answered")
    assert f"{post}!" in page.inner_text("section[aria-labelledby=answered]")
    visit.look("answered")


def one_comes_instead_of_another(visit: Visit, goes: str, comes: str) -> None:
    visit.go(f"registration/person?id={goes}")
    visit.page.select_option("#comes", label=comes)
    with visit.page.expect_navigation():
        meant(visit.page, "#substitute button")
    visit.meets_nobody()
    visit.read("substituted", ".standing")
    assert comes in visit.page.inner_text(".standing")
    visit.look("substituted")


def a_plan_withdraws_somebody(visit: Visit, goes: str) -> None:
    page = visit.page
    visit.go("registration/reconciliation")
    page.select_option(f"[data-person='{goes}']", "drop")
    page.click("button[value=look]")
    page.wait_for_selector("#plan-state.mark-good")
    visit.read("fits", "#plan-state")
    visit.look("plan")
    visit.press("button[value=commit]")
    visit.go(f"registration/person?id={goes}")
    visit.look("withdrawn")
    visit.read("withdrawn", ".standing")


def wishes_are_saved(visit: Visit) -> None:
    page = visit.page
    visit.go("session-allocation/delegation")
    wish = page.locator("[data-default] select").first
    chosen = wish.locator("option").nth(1).get_attribute("value") or ""
    wish.select_option(chosen)
    page.click("#wishes button")
    page.locator("#refusal.mark-good").wait_for()
    visit.read("saved", "#refusal")
    visit.look("wishes")
    page.reload()
    assert page.locator("[data-default] select").first.input_value() == chosen
