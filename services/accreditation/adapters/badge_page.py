"""Badges on paper: PDF files and PNG fronts. typst sets the texts, in a worker process; pictures are put to them after.

What the badges of one category share is drawn once a file and used under each of them.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2
import typst
from numpy.typing import NDArray
from PIL import Image

from services.accreditation.adapters.badge_sheets import SHEETS, SIDES, Pictures, put_together, symbol_place
from services.accreditation.adapters.badge_symbol import SymbolUnreadableError, read_symbols, symbol_modules
from services.accreditation.domain.badge_layout import PAGES, Box, Item, Kind, Layout, Say

TEMPLATE: Final = Path(__file__).with_suffix(".typ")
DOTS_PER_INCH: Final = 300.0
SAMPLE_DOTS_PER_INCH: Final = 150.0
PROOF_DOTS_PER_INCH: Final = 130.0
_POINTS: Final = 72 / 25.4
_AROUND: Final = 2.0
_PROOF_GROUND: Final = "#d5d9d8"
_HANDWRITTEN: Final = ("الاسم · Name", "الوفد · Delegation")
_DAY: Final = "اليوم · DAY"


@dataclass(frozen=True)
class Grant:
    """A zone on the badge, the days that it opens (from 1) and the hours, as they are printed."""

    zone_ar: str
    zone_en: str
    days: tuple[int, ...]
    hours: str


@dataclass(frozen=True)
class Ground:
    """What many badges share. `colour` is #rrggbb, `pattern` an index that tells categories apart without colour.

    `says` has the words in each language; `days` is the conference's number of days, the columns of the table of
    access; `only_days` are those of a day badge, as they are printed.
    """

    layout: Layout
    says: tuple[tuple[Say, str], ...]
    category_ar: str
    category_en: str
    colour: str
    pattern: int
    grants: tuple[Grant, ...]
    days: int
    only_days: str = ""


@dataclass(frozen=True)
class BadgePage:
    """What is printed of one badge; photo is JPEG."""

    ground: Ground
    name_arabic: str
    name_latin: str
    rank: str
    title: str
    delegation_ar: str
    delegation_en: str
    number: str
    photo: bytes | None
    credential: str
    is_blank: bool = False


def draw_front(page: BadgePage) -> bytes:
    """A badge's front as PNG of 300 dots per inch. Raises SymbolUnreadableError, PhotoUnreadableError."""
    with pypdfium2.PdfDocument(_drawn([page], "a6")) as document:
        drawn = document[0]
        # Whole dots: with a part of one more, the page would be stretched over it.
        dots = int(drawn.get_width() / 72 * DOTS_PER_INCH)
        raster = drawn.render(scale=(dots - 0.001) / drawn.get_width()).to_pil()
    out = io.BytesIO()
    raster.save(out, "PNG")
    return out.getvalue()


def draw_proof(page: BadgePage) -> bytes:
    """Every side of the badge and of the card in one PNG. Raises SymbolUnreadableError."""
    columns: list[list[Image.Image]] = []
    for sheet in PAGES:
        with pypdfium2.PdfDocument(_drawn([page], sheet)) as document:
            sides = [side.render(scale=PROOF_DOTS_PER_INCH / 72).to_pil() for side in document]
        columns += [sides] if sheet == "card" else [[side] for side in sides]
    gap = columns[0][0].width // 20
    width = sum(column[0].width + gap for column in columns) + gap
    height = max(sum(side.height + gap for side in column) for column in columns) + gap
    proof = Image.new("RGB", (width, height), _PROOF_GROUND)
    x = gap
    for column in columns:
        for row, side in enumerate(column):
            proof.paste(side, (x, gap + row * (side.height + gap)))
        x += column[0].width + gap
    out = io.BytesIO()
    proof.save(out, "PNG")
    return out.getvalue()


def draw_file(pages: Sequence[BadgePage], *, sample: int, seed: str, sheet: str = "a6") -> bytes:
    """One PDF, front and back of each badge, in order: `a6` pages, `a4` sheets with four, or ID-1 `card`s.

    Each symbol is read back when it is made; `sample` of them, the first and the last among them, are read again from
    the raster of the finished file. Raises SymbolUnreadableError, PhotoUnreadableError.
    """
    content = _drawn(pages, sheet)
    _require_readable(content, pages, _sampled(len(pages), sample, seed), sheet)
    return content


def _drawn(pages: Sequence[BadgePage], sheet: str) -> bytes:
    page, _ = SHEETS[sheet]
    layouts = list(dict.fromkeys(badge.ground.layout.stamp for badge in pages))
    grounds = list(dict.fromkeys(badge.ground for badge in pages))
    numbers = {ground: number for number, ground in enumerate(grounds)}
    sides = {ground.layout.stamp: ground.layout.sides[page] for ground in grounds}
    data = {
        "page": PAGES[page],
        "layouts": [[_side(items) for items in sides[stamp]] for stamp in layouts],
        "grounds": [{**_ground(ground), "layout": layouts.index(ground.layout.stamp)} for ground in grounds],
        "badges": [{**_personal(badge), "layout": layouts.index(badge.ground.layout.stamp)} for badge in pages],
    }
    pictures = [
        Pictures(numbers[badge.ground], sides[badge.ground.layout.stamp], badge.photo, symbol_modules(badge.credential))
        for badge in pages
    ]
    return put_together(typeset(data), len(grounds), pictures, sheet)


def typeset(data: dict[str, Any]) -> bytes:
    """The texts as PDF. Fonts come from packages and nowhere else, so that every machine draws the same."""
    content = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", font_paths=_fonts(), sys_inputs={"data": json.dumps(data)}, pdf_tags=False
    )
    assert isinstance(content, bytes), "one file"
    return content


def _side(items: Sequence[Item]) -> dict[str, list[dict[str, Any]]]:
    """A side's items in two layers; symbols are put to them later, and photos above their place."""
    drawn = [item for item in items if item.kind is not Kind.SYMBOL]
    return {
        "ground": side_data([item for item in drawn if not item.is_personal]),
        "personal": side_data([item for item in drawn if item.is_personal]),
    }


def side_data(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Items as the renderer takes them."""
    return [_item(item) for item in items]


def _item(item: Item) -> dict[str, Any]:
    lines = [
        {"say": line.say, "sizes": line.sizes, "weight": line.weight, "gap": line.gap, "pill": line.is_pill}
        for line in item.lines
    ]
    at = (item.at.x, item.at.y, item.at.width, item.at.height)
    return {"kind": item.kind, "at": at, "colour": item.colour, "stand": item.stand, "lines": lines}


def _ground(ground: Ground) -> dict[str, Any]:
    says: dict[str, list[tuple[Any, str]]] = {say: [(words, say.language)] for say, words in ground.says if words}
    says[Say.CATEGORY] = [(f"{ground.category_ar} · {ground.category_en}", "ar")]
    says[Say.ZONES] = [(f"{grant.zone_ar} · {grant.zone_en}", "ar") for grant in ground.grants]
    says[Say.LAYOUT] = [(ground.layout.stamp, "en")]
    if ground.only_days:
        says[Say.DAY_MARK] = [((_DAY, ground.only_days), "ar")]
    return {
        "says": says,
        "colour": ground.colour,
        "pattern": ground.pattern,
        "grants": [asdict(grant) for grant in ground.grants],
        "days": ground.days,
    }


def _personal(badge: BadgePage) -> dict[str, Any]:
    delegation = f"{badge.delegation_ar} · {badge.delegation_en}" if badge.delegation_ar else ""
    said = {
        Say.NAME_ARABIC: (badge.name_arabic, "ar"),
        Say.NAME_LATIN: (badge.name_latin, "en"),
        Say.RANK: (badge.rank, language_of_text(badge.rank)),
        Say.TITLE: (badge.title, language_of_text(badge.title)),
        Say.DELEGATION: (delegation, "ar"),
        Say.NUMBER: (badge.number, "en"),
    }
    says = {say: [found] for say, found in said.items() if found[0]}
    if badge.is_blank:
        says[Say.HANDWRITING] = [(words, "ar") for words in _HANDWRITTEN]
    return {"says": says, "colour": badge.ground.colour}


def _sampled(badges: int, sample: int, seed: str) -> list[int]:
    """Which badges are read again: the first, the last, and others by lot."""
    ends = {0, badges - 1} if badges else set()
    others = [number for number in range(badges) if number not in ends]
    drawn = random.Random(seed).sample(others, min(len(others), max(0, sample - len(ends))))  # noqa: S311  a sample
    return sorted(ends.union(drawn))


def _require_readable(content: bytes, pages: Sequence[BadgePage], sampled: Sequence[int], sheet: str) -> None:
    name, a_sheet = SHEETS[sheet]
    with pypdfium2.PdfDocument(content) as document:
        if len(document) != SIDES * -(-len(pages) // a_sheet):
            raise SymbolUnreadableError(f"{len(document)} pages for {len(pages)} badges")
        for number in sampled:
            page, at = symbol_place(pages[number].ground.layout.sides[name], sheet, number)
            if pages[number].credential not in read_symbols(_rastered(document[page], at)):
                raise SymbolUnreadableError(f"badge {number + 1} of the file does not read back")


def _rastered(page: pypdfium2.PdfPage, at: Box) -> NDArray[np.uint8]:
    """That part of a page with everything that is drawn there, and a little around it."""
    width, height = page.get_size()
    left, top = (max(0.0, length - _AROUND) * _POINTS for length in (at.x, at.y))
    right, low = ((length + _AROUND) * _POINTS for length in (at.x + at.width, at.y + at.height))
    crop = (left, max(0.0, height - low), max(0.0, width - right), top)
    picture: NDArray[np.uint8] = page.render(scale=SAMPLE_DOTS_PER_INCH / 72, grayscale=True, crop=crop).to_numpy()
    return picture


@cache
def _fonts() -> typst.Fonts:
    folder = resources.files("fontpkg_ibm_plex_sans_arabic").joinpath("files")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def language_of_text(text: str) -> str:
    """The language that decides in which direction a text is set."""
    return "ar" if any("\u0600" <= char <= "\u06ff" for char in text) else "en"
