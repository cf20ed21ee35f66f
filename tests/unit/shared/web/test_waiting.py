"""Buttons wait for their script, but for those that need none."""

from __future__ import annotations

import pytest

from shared.web.waiting import waiting


@pytest.mark.parametrize(
    "html",
    [
        '<button class="btn" data-act="POST">',
        '<form id="upload" data-action="/api"><p><button>',
        '<form method="post" action="/x"></form><button>',
    ],
)
def test_a_button_that_a_script_answers_is_disabled_until_it_has_come(html: str) -> None:
    assert str(waiting(html)).endswith(" disabled data-waits>")


@pytest.mark.parametrize(
    "html", ['<form method="post" action="/sign-in"><button>', '<button type="button" disabled>', "<p>no button</p>"]
)
def test_a_form_that_the_browser_sends_and_a_button_that_is_disabled_stay_as_they_are(html: str) -> None:
    assert waiting(html) == html
