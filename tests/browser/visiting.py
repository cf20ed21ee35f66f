"""A focal point at work, as a test follows one: each page is looked at, and has nobody of another delegation."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page

from deploy.demo.accounts import ACCOUNTS
from deploy.demo.client import Person
from tests.browser.conftest import Venue
from tests.browser.looking import TOO_WIDE, import_settled


@dataclass(frozen=True)
class Delegation:
    """`headings` are of category, name, nationality, passport, expiry and photo.

    Two of `people` come by the list, the second as a national of `nobodys`; the third takes that one's place.
    """

    account: str
    language: str
    name: str
    category: str
    nationality: str
    nobodys: str
    people: Sequence[str]
    post: str
    headings: Sequence[str]

    @property
    def says(self) -> dict[str, str]:
        return {word: texts[self.language] for word, texts in WORDS["says"].items()}

    @property
    def name_field(self) -> str:
        return "#field-name_arabic" if self.language == "ar" else "#field-name_latin"


WORDS = tomllib.loads(Path(__file__).with_name("three_delegations.toml").read_text(encoding="utf-8"))
ALL = [Delegation(account, **each) for account, each in WORDS["who"].items()]


def people_of(venue: Venue, account: str) -> set[str]:
    """Every name on a delegation's list as it is now, in either script."""
    with httpx.Client(timeout=60) as http:
        email = next(each.email for each in ACCOUNTS if each.name == account)
        focal_point = Person.sign_in(http, venue.main, email, venue.passwords[account])
        content = focal_point.get_bytes(f"{venue.main}/api/registration/v1/delegations/{account}/roster.xlsx")
    sheet: Any = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    headings, *rows = sheet.iter_rows(values_only=True)
    places = [place for place, heading in enumerate(headings) if heading.casefold().startswith("name")]
    assert len(places) == 2
    return {row[place] for row in rows for place in places if row[place]}


def named(page: Page, people: Collection[str]) -> list[str]:
    """Who of these people is anywhere in what the page was sent: shown, hidden or in an attribute."""
    sent = page.content()
    return [name for name in people if name in sent]


def until_there(page: Page, url: str, what: Locator) -> None:
    """Loaded anew until an event of another service has come to this one."""
    for _ in range(100):
        page.goto(url)
        if what.count():
            return
        page.wait_for_timeout(200)
    raise AssertionError(url)


class Visit:
    """A focal point going from page to page; each is looked at as it is on a phone and on a desktop."""

    def __init__(self, venue: Venue, who: Delegation, shots: Path) -> None:
        self.who = who
        self.main = venue.main
        self.page = venue.page(who.account, language=who.language)
        self._strangers = set[str]().union(*(people_of(venue, each.account) for each in ALL if each is not who))
        self._shots = shots
        self._looks = 0
        assert len(self._strangers) > 10

    def meets_nobody(self) -> None:
        """Of another delegation, on this page."""
        assert named(self.page, self._strangers) == [], self.page.url

    def look(self, what: str) -> None:
        self._looks += 1
        language = self.who.language
        assert self.page.get_attribute("html", "lang") == language
        assert self.page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        self.meets_nobody()
        for width in (360, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate(TOO_WIDE) == [], (what, width)
            path = self._shots / f"{language}-{self._looks:02d}-{what}-{width}.png"
            self.page.screenshot(path=path, full_page=True)

    def read(self, word: str, where: str = "main") -> None:
        assert self.who.says[word] in " ".join(self.page.inner_text(where).split())

    def go(self, path: str) -> None:
        self.page.goto(f"{self.main}/{path}")
        self.meets_nobody()

    def press(self, selector: str) -> None:
        """A button whose work ends in a page that is loaded anew."""
        with self.page.expect_navigation():
            self.page.click(selector)
        self.meets_nobody()

    def send(self, workbook: Path, photos: Path) -> None:
        before = self.page.url
        self.page.set_input_files("#workbook", workbook)
        self.page.set_input_files("#photos", photos)
        self.page.click("#upload button")
        self.page.wait_for_url(lambda url: "id=" in url and url != before)
        import_settled(self.page)
        self.meets_nobody()

    def counts(self) -> list[str]:
        return self.page.locator(".counts dd").all_inner_texts()
