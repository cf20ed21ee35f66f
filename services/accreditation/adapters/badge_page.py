"""Badges on paper: A6 pages as PDF or PNG, drawn by typst in a worker process."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pypdfium2
import typst

from services.accreditation.adapters.badge_symbol import (
    SymbolUnreadableError,
    read_symbols,
    symbol_modules,
    symbol_svg,
)

TEMPLATE: Final = Path(__file__).with_suffix(".typ")
DOTS_PER_INCH: Final = 300.0
SAMPLE_DOTS_PER_INCH: Final = 150.0
SIDES: Final = 2
BADGES_A_SHEET: Final = {"a6": 1, "a4": 4, "card": 1}


@dataclass(frozen=True)
class Grant:
    """A zone on the badge, the days that it opens (from 1) and the hours, as they are printed."""

    zone_ar: str
    zone_en: str
    days: tuple[int, ...]
    hours: str


@dataclass(frozen=True)
class BadgePage:
    """What is printed.

    `colour` is #rrggbb, `pattern` an index that tells categories apart without colour; photo is JPEG. `days` is the
    conference's number of days, the columns of the table on the back; `only_days` are
    those of a day badge, as they are printed.
    """

    conference_ar: str
    conference_en: str
    motto_ar: str
    name_arabic: str
    name_latin: str
    rank: str
    title: str
    delegation_ar: str
    delegation_en: str
    category_ar: str
    category_en: str
    colour: str
    pattern: int
    grants: tuple[Grant, ...]
    days: int
    note_ar: str
    note_fr: str
    note_en: str
    number: str
    photo: bytes | None
    credential: str
    is_blank: bool = False
    only_days: str = ""


def draw_front(page: BadgePage) -> bytes:
    """A badge's front as PNG of 300 dots per inch. Raises SymbolUnreadableError."""
    return _compiled([page], format="png", sides="front", sheet="a6")


def draw_file(pages: Sequence[BadgePage], *, sample: int, seed: str, sheet: str = "a6") -> bytes:
    """One PDF, front and back of each badge, in order: `a6` pages, `a4` sheets with four, or ID-1 `card`s.

    Each symbol is read back when it is made; `sample` fronts, the first and the last among them, are read again from
    the raster of the finished file. Raises SymbolUnreadableError.
    """
    content = _compiled(pages, format="pdf", sides="both", sheet=sheet)
    _require_readable(content, pages, _sampled(len(pages), sample, seed), sheet)
    return content


def join_files(files: Sequence[bytes]) -> bytes:
    """Several PDFs as one, in order."""
    import pikepdf  # only the worker that joins has it in memory

    joined = pikepdf.Pdf.new()
    for file in files:
        with pikepdf.Pdf.open(io.BytesIO(file)) as part:
            joined.pages.extend(part.pages)
    out = io.BytesIO()
    joined.save(out)
    return out.getvalue()


def rest_of_file(file: bytes, from_page: int) -> bytes | None:
    """The pages from this one on, counted from 1; None when the file has fewer."""
    import pikepdf

    with pikepdf.Pdf.open(io.BytesIO(file)) as document:
        if from_page > len(document.pages):
            return None
        del document.pages[: from_page - 1]
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def _compiled(pages: Sequence[BadgePage], *, format: str, sides: str, sheet: str) -> bytes:
    """Draw. Fonts come from packages and nowhere else, so that every machine draws the same."""
    content = typst.compile(
        TEMPLATE.read_bytes(),
        format=format,  # type: ignore[call-overload]  # a literal of the caller's
        ppi=DOTS_PER_INCH,
        font_paths=_fonts(),
        sys_inputs={"badges": json.dumps([_data(page) for page in pages]), "sides": sides, "sheet": sheet},
        pdf_tags=False,
    )
    assert isinstance(content, bytes), "one file"
    return content


def _data(page: BadgePage) -> dict[str, Any]:
    data = asdict(page)
    del data["credential"]
    return {
        **data,
        "photo": _picture(page.photo) if page.photo else "",
        "symbol": symbol_svg(symbol_modules(page.credential)),
        "rank_is_arabic": _is_arabic(page.rank),
        "title_is_arabic": _is_arabic(page.title),
    }


def _picture(jpeg: bytes) -> str:
    """A photo as text: typst takes strings alone from outside, and no file with a face is ever written."""
    encoded = base64.b64encode(jpeg).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 600">'
        '<image width="480" height="600" preserveAspectRatio="xMidYMid slice" '
        f'href="data:image/jpeg;base64,{encoded}"/>'
        "</svg>"
    )


def _sampled(badges: int, sample: int, seed: str) -> list[int]:
    """Which badges are read again: the first, the last, and others by lot."""
    ends = {0, badges - 1} if badges else set()
    others = [number for number in range(badges) if number not in ends]
    drawn = random.Random(seed).sample(others, min(len(others), max(0, sample - len(ends))))  # noqa: S311  a sample
    return sorted(ends.union(drawn))


def _require_readable(content: bytes, pages: Sequence[BadgePage], sampled: Sequence[int], sheet: str) -> None:
    document = pypdfium2.PdfDocument(content)
    a_sheet = BADGES_A_SHEET[sheet]
    try:
        if len(document) != SIDES * -(-len(pages) // a_sheet):
            raise SymbolUnreadableError(f"{len(document)} pages for {len(pages)} badges")
        found: dict[int, set[str]] = {}
        for number in sampled:
            page = SIDES * (number // a_sheet) + (sheet == "card")
            if page not in found:
                raster = document[page].render(scale=SAMPLE_DOTS_PER_INCH / 72, grayscale=True)
                found[page] = read_symbols(raster.to_pil())
            if pages[number].credential not in found[page]:
                raise SymbolUnreadableError(f"badge {number + 1} of the file does not read back")
    finally:
        document.close()


@cache
def _fonts() -> typst.Fonts:
    folder = resources.files("fontpkg_ibm_plex_sans_arabic").joinpath("files")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)
