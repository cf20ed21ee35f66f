"""Files are one when they are taken: the same pages as joined in memory, and never more than one of them held."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pikepdf
import pypdfium2
import pytest

from services.accreditation.adapters.badge_page import draw_file
from services.accreditation.adapters.badge_sheets import joined
from services.accreditation.adapters.joined_file import JoinedFile, _with_references, plain
from services.accreditation.adapters.printer import RenderedPages
from tests.unit.accreditation.test_badge_page import BLANK, DAY, LONG, MONONYM, PAGE, words


def drawn(*numbers: str) -> bytes:
    return draw_file([replace(PAGE, number=number) for number in numbers], sample=1, seed="x")


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    sheets = draw_file([MONONYM, LONG, BLANK, DAY, PAGE], sample=1, seed="x", sheet="a4")
    return [drawn("AAAA-A", "BBBB-B"), drawn("CCCC-C"), sheets]


def test_it_has_the_pages_of_every_file_in_order_as_they_were_drawn(files: list[bytes]) -> None:
    whole = JoinedFile()
    content = b"".join((whole.begin(), *(whole.add(plain(file)) for file in files), whole.end()))
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        assert document.check_pdf_syntax() == []
    with pypdfium2.PdfDocument(content) as streamed, pypdfium2.PdfDocument(joined(files)) as in_memory:
        assert len(streamed) == len(in_memory) == 10
        for page in range(10):
            assert words(streamed[page]) == words(in_memory[page])
            pictures = [document[page].render(scale=1).to_numpy() for document in (streamed, in_memory)]
            assert np.array_equal(*pictures), page


def test_what_looks_like_a_reference_in_a_string_stays_as_it_is() -> None:
    said = rb"<< /A 3 0 R /B (3 0 R \) 3 0 R) /C [ 4 0 R 13 0 R ] /D <3033> >>"
    made = _with_references(said, {3: 30, 4: 40, 13: 5})
    assert made == rb"<< /A 30 0 R /B (3 0 R \) 3 0 R) /C [ 40 0 R 5 0 R ] /D <3033> >>"


async def test_the_next_file_is_opened_after_the_one_before_was_written(files: list[bytes]) -> None:
    seen: list[str] = []

    async def opened() -> AsyncIterator[bytes]:
        for number, file in enumerate(files):
            seen.append(f"opened {number}")
            yield file

    texts: Any = type("Texts", (), {"say": lambda *_, **__: ""})()
    with ThreadPoolExecutor(1) as pool:
        async for _ in RenderedPages(pool, cast(Any, texts)).joined(opened()):
            seen.append("written")
    assert seen == ["written", "opened 0", "written", "opened 1", "written", "opened 2", "written", "written"]
