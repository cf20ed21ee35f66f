"""A portrait from the camera, cropped, by keyboard alone; and the file field where there is no camera."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deploy.demo.portraits import portrait
from tests.browser.conftest import Venue
from tests.browser.looking import violations

pytestmark = pytest.mark.browser
FILES = "[...document.getElementById('field-photo').files].map((file) => [file.name, file.type])"


def blank(venue: Venue, *, without: str = "") -> Page:
    """The form for a new person; `without` is a script that takes the camera away."""
    page = venue.page("chad", language="fr")
    if without:
        page.add_init_script(without)
    page.goto(f"{venue.main}/registration/person?category=press")
    return page


def until(page: Page, holds: str) -> None:
    """Wait for what a script says. The page's policy lets no waiting of Playwright's own evaluate a text."""
    for _ in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(holds)


def test_a_photo_is_taken_cropped_and_registered_by_keyboard(venue: Venue) -> None:
    page = blank(venue)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.focus("[data-camera=open]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-camera=take]:not([hidden])")
    assert violations(page) == []
    until(page, "document.querySelector('[data-camera=video]').videoWidth > 0")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-camera=use]:not([hidden])")
    whole = page.evaluate("document.querySelector('[data-camera=canvas]').toDataURL()")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('[data-camera=canvas]').toDataURL()") != whole
    assert page.evaluate("document.querySelector('[data-camera=video]').srcObject") is None
    assert violations(page) == []
    page.focus("[data-camera=use]")
    page.keyboard.press("Enter")
    until(page, f"{FILES}.length === 1")
    assert page.evaluate(FILES) == [["portrait.jpg", "image/jpeg"]]
    number = f"C{uuid.uuid4().int % 10**7:07d}"
    for name, value in (
        ("name_latin", "Camera Taken"),
        ("nationality", "TCD"),
        ("birth_date", "1990-01-02"),
        ("document_number", number),
        ("document_expires", "2035-01-01"),
    ):
        page.fill(f"#field-{name}", value)
    page.click("button[value=draft]")
    page.wait_for_url("**/registration/person?id=*")
    assert page.locator("img.portrait").count() == 1
    assert errors == []


def test_a_chosen_file_is_cropped_before_it_is_sent(venue: Venue, tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(portrait("to be cropped"))
    page = blank(venue)
    assert page.locator("[data-camera=crop]").is_hidden()
    page.set_input_files("#field-photo", tmp_path / "face.jpg")
    page.click("[data-camera=crop]")
    page.wait_for_selector("[data-camera=canvas]:not([hidden])")
    page.fill("#camera-zoom", "200")
    page.click("[data-camera=use]")
    until(page, f"{FILES}[0]?.[0] === 'portrait.jpg'")


def test_a_file_that_is_no_picture_is_not_cropped(venue: Venue, tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(b"no picture")
    page = blank(venue)
    page.set_input_files("#field-photo", tmp_path / "face.jpg")
    page.click("[data-camera=crop]")
    until(page, "document.querySelector('[data-camera=said]').textContent !== ''")
    assert page.locator("[data-camera=stage]").is_hidden()


@pytest.mark.parametrize(
    ("without", "offered"),
    [
        ("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })", False),
        (
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))",
            True,
        ),
    ],
    ids=["no camera", "not allowed"],
)
def test_where_there_is_no_camera_the_file_field_is_all(venue: Venue, without: str, offered: bool) -> None:
    page = blank(venue, without=without)
    assert page.locator("[data-camera=open]").is_visible() == offered
    assert page.locator("#field-photo").is_visible()
    if offered:
        page.click("[data-camera=open]")
        until(page, "document.activeElement.id === 'field-photo'")
        assert "fichier" in page.inner_text("[data-camera=said]")
