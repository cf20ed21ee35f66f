"""A CSV as ministries' programs write it: whatever encoding and separator, Excel's own first line left out."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import Final

from services.registration.adapters.workbook_refusals import ROWS_MAX, FileUnreadableError, TooManyRowsError
from services.registration.domain.roster_columns import count_known

COLUMNS_MAX: Final = 60
_SEPARATORS: Final = (",", ";", "\t", "|", ":", "\u060c", "\u061b")
_HEADING_WITHIN: Final = 10
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_EXCELS_OWN: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")


def csv_rows(data: bytes) -> Iterator[tuple[int, list[object]]]:
    """Rows by their number as Excel counts them: its own line `sep=;` is none of them.

    Raises FileUnreadableError, TooManyRowsError.
    """
    text = decoded(data)
    own = _EXCELS_OWN.match(text)
    text = text[own.end() :] if own else text
    separator = own[1] if own else _separator(text)
    try:
        for number, row in enumerate(_reader(text, separator), start=1):
            if number > ROWS_MAX * 2:
                raise TooManyRowsError
            cells: list[object] = list(row[:COLUMNS_MAX])
            yield number, cells
    except csv.Error:
        raise FileUnreadableError from None


def decoded(data: bytes) -> str:
    """The text; of the two Windows pages the one in which the words are words.

    What has a NUL near its beginning is UTF-16, with its mark or without, or no text. Raises FileUnreadableError.
    """
    if data.startswith(_UTF_16_MARKS):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise FileUnreadableError from None
    if b"\x00" in data[:1000]:
        return _unmarked_utf_16(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows(data)


def _unmarked_utf_16(data: bytes) -> str:
    """In the order of bytes that makes a text of it.

    Latin and Arabic letters, digits and separators are below U+0800, and in the wrong order hardly one of them is:
    there, and in what is UTF-8 or no text at all, such characters are few, or one is NUL. Raises FileUnreadableError.
    """
    for order in ("utf-16-le", "utf-16-be"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(order)
            if "\x00" not in text and 2 * sum(each < "\u0800" for each in text) > len(text):
                return text
    raise FileUnreadableError


def _windows(data: bytes) -> str:
    """Every file can be read as Arabic, and most as western too.

    Both pages have the small French letters in the same places. Of the others Arabic words are all made, western words
    have at most a few beside plain letters: over the whole file each such letter speaks for one page or the other.
    """
    arabic = data.decode("cp1256")
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        return arabic
    score = 0
    for word in _WORD.finditer(western):
        start, end = word.span()
        if end - start == 1 or word[0] == arabic[start:end]:
            continue
        differing = sum(one != other for one, other in zip(word[0], arabic[start:end], strict=True))
        score += differing if 2 * differing > end - start else -differing
    return arabic if score > 0 else western


def _separator(text: str) -> str:
    """The one by which most headings are known; names hold commas and quotation marks of their own."""
    headings = text.lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=lambda each: (_known_by(text, each), headings.count(each)))


def _known_by(text: str, separator: str) -> int:
    try:
        rows = itertools.islice((row for row in _reader(text, separator) if any(row)), _HEADING_WITHIN)
        return max((count_known(row[:COLUMNS_MAX]) for row in rows), default=0)
    except csv.Error:
        return 0


def _reader(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)
