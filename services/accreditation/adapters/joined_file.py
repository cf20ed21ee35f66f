"""Many PDFs written out as one while they are read: of each there is no more in memory than itself.

Each file's objects get numbers of their own, and its page tree hangs under one root (ISO 32000-1 sections 7.3.10, 7.5
and 7.7.3). Files that are joined in memory (`badge_sheets.joined`) are there several times over.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOG: Final = 1
_ROOT: Final = 2
_STREAM: Final = b"\nstream\n"
# A string in brackets, of letters or of hexadecimal digits, is passed over: what looks like a reference there is none.
_TOKENS: Final = re.compile(rb"\((?:\\.|[^\\()])*\)|(?<!<)<[0-9A-Fa-f\s]*>|\b(\d+) 0 R\b", re.DOTALL)


@dataclass(frozen=True)
class Plain:
    """A file's objects one by one, with their numbers in it, and which of them is the root of its pages."""

    objects: Sequence[tuple[int, bytes]]
    root: int
    pages: int


def plain(file: bytes) -> Plain:
    """The file taken apart, its streams as they are."""
    out = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(file)) as pdf:
        pdf.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    content = out.getvalue()
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        root, pages, catalog = pdf.Root.Pages.objgen[0], len(pdf.pages), pdf.Root.objgen[0]
    table = int(content[content.rindex(b"startxref") + 9 :].split(maxsplit=1)[0])
    _, _, count, *entries = content[table:].split(maxsplit=3)
    rows = entries[0][: 20 * int(count)].split()
    offsets = {number: int(rows[3 * number]) for number in range(int(count)) if rows[3 * number + 2] == b"n"}
    ends = dict(zip(sorted(offsets.values()), [*sorted(offsets.values())[1:], table], strict=True))
    objects = [(number, content[at : ends[at]]) for number, at in sorted(offsets.items()) if number != catalog]
    return Plain(objects, root, pages)


class JoinedFile:
    """What is written so far is told by where each object begins; `add` and `end` answer the bytes that come next."""

    def __init__(self) -> None:
        self._at = len(_HEADER)
        self._offsets: list[int] = [0, 0]
        self._roots: list[int] = []
        self._pages = 0

    def begin(self) -> bytes:
        return _HEADER

    def add(self, file: Plain) -> bytes:
        """The file's pages, after those that came before."""
        first = len(self._offsets) + 1
        numbers = {number: first + place for place, (number, _) in enumerate(file.objects)}
        written = []
        for number, content in file.objects:
            parent = _ROOT if number == file.root else None
            made = _renumbered(content, numbers[number], numbers, parent)
            self._offsets.append(self._at)
            self._at += len(made)
            written.append(made)
        self._roots.append(numbers[file.root])
        self._pages += file.pages
        return b"".join(written)

    def end(self) -> bytes:
        kids = b" ".join(b"%d 0 R" % root for root in self._roots)
        catalog = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (_CATALOG, _ROOT)
        root = b"%d 0 obj\n<< /Type /Pages /Kids [ %b ] /Count %d >>\nendobj\n" % (_ROOT, kids, self._pages)
        self._offsets[:2] = [self._at, self._at + len(catalog)]
        size = len(self._offsets) + 1
        table = b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets)
        last = b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        at = self._at + len(catalog) + len(root)
        return b"".join(
            (catalog, root, b"xref\n0 %d\n0000000000 65535 f \n" % size, table, last % (size, _CATALOG, at))
        )


def _renumbered(content: bytes, number: int, numbers: dict[int, int], parent: int | None) -> bytes:
    """An object under another number, and with its references; what a stream holds stays as it is."""
    said, stream, rest = content.partition(_STREAM)
    said = said.partition(b" 0 obj\n")[2]
    if parent is not None:
        said = said.replace(b"<<", b"<< /Parent %d 0 R" % parent, 1)
        head, _, tail = said.partition(b" 0 R")
        said = _with_references(tail, numbers)
        return b"%d 0 obj\n%b 0 R%b%b%b" % (number, head, said, stream, rest)
    return b"%d 0 obj\n%b%b%b" % (number, _with_references(said, numbers), stream, rest)


def _with_references(said: bytes, numbers: dict[int, int]) -> bytes:
    def named(found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % numbers[int(found[1])] if found[1] else found[0]

    return _TOKENS.sub(named, said)
