"""Buttons that need a script are disabled until it has come: on a slow line the page is there long before.

A form without a method of its own that is sent before its script came would put what was typed into the address.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

_TAGS: Final = re.compile(r"<form\b[^>]*>|</form>|<button\b[^>]*>")
_WORKS_ALONE: Final = re.compile(r"\smethod=")
_DISABLED: Final = re.compile(r"\sdisabled\b")


def waiting(html: str) -> Markup:
    """The page with every button disabled, but for those of forms that the browser itself sends.

    `app.js` enables them when every script of the page has run; a button that was disabled already is its script's.
    """
    alone = False

    def mark(found: re.Match[str]) -> str:
        nonlocal alone
        tag = found[0]
        if not tag.startswith("<button"):
            alone = tag.startswith("<form") and _WORKS_ALONE.search(tag) is not None
            return tag
        return tag if alone or _DISABLED.search(tag) else f"{tag[:-1]} disabled data-waits>"

    return Markup(_TAGS.sub(mark, html))  # noqa: S704 - what a template has escaped, with two attributes more
