"""The badge on paper: one A6 page as PDF or PNG, drawn by typst in a worker process."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import typst

from services.accreditation.adapters.badge_symbol import symbol_modules, symbol_svg

PAGE = Path(__file__).with_suffix(".typ")
PNG_DOTS_PER_INCH = 300.0
Format = Literal["pdf", "png"]


@dataclass(frozen=True)
class BadgePage:
    """What is printed.

    `colour` is #rrggbb, `pattern` an index that tells categories apart without colour; photo is JPEG.
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
    zones: str
    number: str
    photo: bytes | None
    credential: str


class BadgePageRenderer:
    def __init__(self, pool: Executor) -> None:
        self._pool = pool

    async def render(self, page: BadgePage, *, format: Format) -> bytes:
        """The page. Raises SymbolUnreadableError when the symbol does not read back."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, draw, page, format)


def draw(page: BadgePage, format: Format) -> bytes:
    """Draw one page. Fonts come from packages and nowhere else, so that every machine draws the same."""
    data = {
        **vars(page),
        "photo": list(page.photo or b""),
        "symbol": list(symbol_svg(symbol_modules(page.credential)).encode()),
        "rank_is_arabic": _is_arabic(page.rank),
        "title_is_arabic": _is_arabic(page.title),
    }
    del data["credential"]
    compiled = typst.compile(
        PAGE.read_bytes(),
        format=format,
        ppi=PNG_DOTS_PER_INCH,
        font_paths=_fonts(),
        sys_inputs={"badge": json.dumps(data)},
    )
    assert isinstance(compiled, bytes), "one page is one file"
    return compiled


@cache
def _fonts() -> typst.Fonts:
    folder = resources.files("fontpkg_ibm_plex_sans_arabic").joinpath("files")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)
