"""Buttons that ask first whether it is meant, by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page

QUESTION = ".sure[role=alertdialog]"


def meant(page: Page, button: str) -> None:
    """Press it, and answer yes."""
    page.click(button)
    page.click(f"{QUESTION} button.btn-danger")
    page.wait_for_selector(QUESTION, state="detached")


def meant_by_keyboard(page: Page) -> None:
    """The button that has the focus: Escape and "no" leave all as it is and come back to it, "yes" does it."""
    button = page.evaluate_handle("document.activeElement")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    for leave in ("Escape", "Enter"):
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{QUESTION} button.btn-outline-dark:focus")
        page.keyboard.press(leave)
        page.wait_for_selector(QUESTION, state="detached")
        assert page.evaluate("button => document.activeElement === button", button)
    page.wait_for_timeout(300)
    assert set(sent) <= {"GET"}, "nothing is done before it is meant"
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{QUESTION} button.btn-outline-dark:focus")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")


def pressed_again(page: Page, button: str) -> None:
    """By keyboard, once it takes a press: for half a second after one it takes no other, nor the focus."""
    page.locator(f"{button}:not(:disabled)").wait_for()
    page.focus(button)
    page.keyboard.press("Enter")
