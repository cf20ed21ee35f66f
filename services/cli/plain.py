"""Text of somewhere else on a terminal: it can neither move the cursor nor begin a line of its own."""

from __future__ import annotations

import unicodedata


def plain(text: object) -> str:
    """On one line, each control character as a space; what only directs writing, as in Arabic, stays."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in str(text))


def columns(*texts: object) -> str:
    """One line of a list, to be read by people and by `cut`; what is empty is a dash."""
    return "\t".join("-" if text in (None, "") else plain(text) for text in texts)
