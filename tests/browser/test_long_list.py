"""A list of 2,500: its check and its registration are watched by a bar that moves, over a page loaded anew.

Last of all: the dossiers that it makes would stand in every other test's queue.
"""

from __future__ import annotations

import json
import random
import re
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from deploy.demo.accounts import OTHERS
from deploy.demo.office import Office
from deploy.demo.portraits import portrait
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands, import_settled, said_there

# The first test of a run waits for the installation too.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
DELEGATION: Final = "sudan"
BASE: Final = "/api/registration/v1"
ROWS: Final = 2_500
WAIVER_PLACES: Final = 500
WAIT_MS: Final = 300_000
# Where the bar was, from one load of the page to the next; an empty string where nobody can tell.
KEEP_MOVES: Final = """addEventListener("DOMContentLoaded", () => {
  const bar = document.getElementById("bar");
  if (!bar) return;
  const keep = () => {
    const moves = JSON.parse(sessionStorage.getItem("moves") || "[]");
    sessionStorage.setItem("moves", JSON.stringify([...moves, bar.hasAttribute("value") ? bar.value : ""]));
  };
  keep();
  new MutationObserver(keep).observe(bar, { attributes: true });
})"""


def a_long_list(folder: Path) -> tuple[Path, Path]:
    """With a name and a number of its own in each row, and one portrait for all."""
    drawn = random.Random(1500)

    def name() -> str:
        return "".join(drawn.choice("bdfgklmnrst") + drawn.choice("aeiou") for _ in range(3)).capitalize()

    rows = [f"delegate,{name()} {name()} {name()},SDN,Q{row:07d},2035-01-31,face.jpg" for row in range(ROWS)]
    sent, photos = folder / "list.csv", folder / "photos.zip"
    headings = "category,full name,nationality,passport number,passport expiry,photo file"
    sent.write_text("\n".join([headings, *rows]), encoding="utf-8")
    with zipfile.ZipFile(photos, "w") as archive:
        archive.writestr("face.jpg", portrait("everybody"))
    return sent, photos


def places_for_all(office: Office) -> None:
    office.open_account(office.sign_in("administrator"), next(each for each in OTHERS if each.name == DELEGATION))
    theirs, officer = office.sign_in(DELEGATION), office.sign_in("officer")
    for _ in range(ROWS // WAIVER_PLACES):
        asked = {"category": "delegate", "places": WAIVER_PLACES, "reason": "A long list"}
        waiver = theirs.send(office.url(f"{BASE}/delegations/{DELEGATION}/waivers"), json=asked)["waiver_id"]
        officer.send(office.url(f"{BASE}/waivers/{waiver}/decision"), json={"places": WAIVER_PLACES, "answer": ""})


def bar(page: Page) -> float:
    position: float = page.locator("#bar").evaluate("bar => bar.value")
    return position


def told(page: Page, venue: Venue) -> dict[str, Any]:
    """What the API tells of the import that is shown."""
    found: dict[str, Any] = page.request.get(f"{venue.main}{BASE}/imports/{page.url.partition('id=')[2]}").json()
    return found


def test_a_long_list_is_checked_and_registered_under_a_bar_that_moves_and_outlives_its_page(
    venue: Venue, office: Office, tmp_path: Path
) -> None:
    places_for_all(office)
    sent, photos = a_long_list(tmp_path)
    page = venue.page(DELEGATION, language="ar", width=360)
    page.set_default_timeout(WAIT_MS)
    page.add_init_script(KEEP_MOVES)
    page.goto(f"{venue.main}/registration/import")
    page.set_input_files("#workbook", sent)
    page.set_input_files("#photos", photos)
    page.focus("#upload button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registration/import?id=*")
    page.locator("#watch").wait_for()
    assert page.locator("#bar").is_visible()
    assert page.get_by_label(page.inner_text("#phase")).count() == 1
    page.reload()
    import_settled(page)
    said_there(page, "فُحص، ولم يُسجَّل أحد بعد", "#result")
    checked = told(page, venue)
    assert (checked["state"], checked["rows"], checked["good"]) == ("checked", ROWS, ROWS)
    assert page.locator(".counts dd").all_inner_texts()[:3] == [str(ROWS), str(ROWS), "0"]
    page.evaluate("sessionStorage.removeItem('moves')")
    page.focus("#commit button")
    page.keyboard.press("Enter")
    page.locator("#watch").wait_for()
    said_there(page, "يجري تسجيل الصفوف", "#result")
    in_sight = page.locator("#bar").bounding_box()
    assert in_sight is not None
    assert page.evaluate("innerHeight") > in_sight["y"] > 0, "the bar is seen without a search for it"
    assert_clean_as_it_stands(page)
    # Well before its end, so that much of it is left for the page that is loaded anew.
    page.locator("#count", has_text=re.compile(rf"([3-9]|1[0-5])00 / {ROWS}")).wait_for()
    assert "%" in (page.locator("#announcer").text_content() or "")
    page.reload()
    assert 300 <= bar(page) < ROWS
    import_settled(page)
    said_there(page, "تم التسجيل", "#result")
    page.locator(".alert-success").wait_for()
    moves = json.loads(page.evaluate("sessionStorage.getItem('moves')"))
    assert moves == sorted(moves), "never backwards, and always a figure"
    assert len(set(moves)) > 2, moves
    done = told(page, venue)
    assert (done["state"], done["result"]["registered"]) == ("committed", ROWS)
    assert_clean_as_it_stands(page)
    page.goto(f"{venue.main}/registration/roster")
    assert f"{ROWS} من {ROWS}" in page.inner_text("#filter")
