"""What every page must be when somebody looks at it: in its language, no wider than its window, clean to axe."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.support.backend import ROOT

AXE = cache((ROOT / "shared" / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text)
# The elements that reach past the window, which a person would have to scroll sideways for.
TOO_WIDE: Final = """(() => { const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > width
    || each.getBoundingClientRect().left < 0).map((each) => each.outerHTML.slice(0, 120)); })()"""
# Rows of a table are made by one piece of a template: what holds for eight of them holds for fifty.
_EIGHT_ROWS: Final = """document.querySelectorAll("tbody").forEach((body) => {
  while (body.rows.length > 8) body.lastElementChild.remove(); })"""
_DESKTOP, _PHONE = 1280, 360
_SETTLES_MS: Final = 300


def violations(page: Page) -> list[str]:
    """What axe finds. The policy forbids scripts from elsewhere, so axe is run in the page's isolated evaluation."""
    page.evaluate(_EIGHT_ROWS)
    page.evaluate(AXE())
    found: dict[str, Any] = page.evaluate('axe.run({ resultTypes: ["violations"] })')
    return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found["violations"]]


def assert_clean_in_each_language(page: Page, url: str) -> None:
    """Loaded once a language, looked at on a desktop and on a phone; axe sees each language, and the phone in Arabic.

    What a phone shows differently is placed and sized alike in every language, and axe takes most of the time.
    """
    for language in ("ar", "fr", "en"):
        page.context.add_cookies([{"name": "bawaba_language", "value": language, "url": urljoin(url, "/")}])
        page.goto(url)
        page.wait_for_timeout(_SETTLES_MS)
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
        for width in (_PHONE, _DESKTOP):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate(TOO_WIDE)
            assert wide == [], (language, width, wide)
            if language == "ar" or width == _DESKTOP:
                found = violations(page)
                assert found == [], (language, width, found)


def assert_clean_as_it_stands(page: Page) -> None:
    """In the state that was reached, which a load would lose: no wider than a phone, clean to axe as wide as it is."""
    size = page.viewport_size
    assert size is not None, "a page of a window that has a size"
    page.set_viewport_size({"width": _PHONE, "height": 800})
    wide = page.evaluate(TOO_WIDE)
    assert wide == [], wide
    page.set_viewport_size(size)
    found = violations(page)
    assert found == [], found


def import_settled(page: Page) -> None:
    """Until a list's check or registration, which goes on while its page shows how far it is, has come to its end."""
    page.locator("#watch").wait_for(state="detached")
    page.locator(".counts").wait_for()


def in_field(page: Page, selector: str) -> str:
    """What the refusal at a field says; the field says so itself, and is where the keyboard is."""
    page.locator(selector).wait_for(state="visible")
    described = page.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert selector.removeprefix("#") in described
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    return page.inner_text(selector)


def said_there(page: Page, words: str, place: str = "#said") -> None:
    """What was done is said on the page that came after it, in sight, and the keyboard goes on from there."""
    page.locator(f"{place}:focus", has_text=words).wait_for()
    assert page.locator(place).is_visible()
