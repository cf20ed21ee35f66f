"""The layout of a category's badges, as data: what stands where on each side of an A6 badge and of a card.

Lengths are millimetres from the side's upper left corner, sizes of letters are points. A text is set at the largest of
its sizes at which it keeps to two lines and its box holds; nothing is ever cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

SYMBOL_WIDTH_MIN: Final = 47.0
"""With its quiet zone: what leaves a symbol of version 9 its 40 mm."""
PAGES: Final = {"a6": (105.0, 148.0), "card": (85.6, 54.0)}
SIDES: Final = ("front", "back")
DEFAULT: Final = "default"
CATEGORY_COLOUR: Final = "category"


class Kind(StrEnum):
    AREA = "area"
    PATTERN = "pattern"
    PHOTO = "photo"
    SYMBOL = "symbol"
    TEXTS = "texts"
    ACCESS = "access"


class Stand(StrEnum):
    """Where in its box a stack of texts stands."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class Say(StrEnum):
    """What a line of text says; a line that has nothing to say takes no room."""

    CONFERENCE_AR = "conference_ar"
    CONFERENCE_FR = "conference_fr"
    CONFERENCE_EN = "conference_en"
    MOTTO_AR = "motto_ar"
    MOTTO_FR = "motto_fr"
    MOTTO_EN = "motto_en"
    RANK = "rank"
    NAME_ARABIC = "name_arabic"
    NAME_LATIN = "name_latin"
    TITLE = "title"
    HANDWRITING = "handwriting"
    DELEGATION = "delegation"
    CATEGORY = "category"
    ZONES = "zones"
    DAY_MARK = "day_mark"
    NUMBER = "number"
    NOTE_AR = "note_ar"
    NOTE_FR = "note_fr"
    NOTE_EN = "note_en"
    LAYOUT = "layout"

    @property
    def language(self) -> str:
        """The language of what is said in one language alone."""
        return self.value.rpartition("_")[2]


PERSONAL: Final = frozenset(
    {Say.RANK, Say.NAME_ARABIC, Say.NAME_LATIN, Say.TITLE, Say.HANDWRITING, Say.DELEGATION, Say.NUMBER}
)
"""What differs from badge to badge of one category; all else is drawn once and used again."""


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def is_within(self, width: float, height: float) -> bool:
        return self.x >= 0 and self.y >= 0 and self.x + self.width <= width and self.y + self.height <= height

    def meets(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True)
class Line:
    """`sizes` from the largest to the smallest; `gap` is what stays free above; `is_pill` sets it on its colour."""

    say: StrEnum
    sizes: tuple[float, ...]
    weight: int = 400
    gap: float = 0.0
    is_pill: bool = False


@dataclass(frozen=True)
class Item:
    """`colour` is #rrggbb or the category's: an area's own, or that of the letters."""

    kind: Kind
    at: Box
    colour: str = CATEGORY_COLOUR
    stand: Stand = Stand.MIDDLE
    lines: tuple[Line, ...] = ()

    @property
    def is_personal(self) -> bool:
        return any(line.say in PERSONAL for line in self.lines)


@dataclass(frozen=True)
class Layout:
    """`sides` has the front and the back by page; `code` is a category's, or `default` for all that have none."""

    code: str
    version: int
    sides: Mapping[str, tuple[tuple[Item, ...], tuple[Item, ...]]] = field(hash=False)

    @property
    def stamp(self) -> str:
        """What a badge says of the layout that drew it."""
        return f"{self.code} {self.version}"


@dataclass(frozen=True)
class LayoutVersion:
    """A layout's file as it was loaded, by whom and when; `digest` is of its bytes (SHA-256 in hex)."""

    code: str
    version: int
    digest: str
    content: str
    loaded_at: datetime
    loaded_by: str
    is_removed: bool = False


def layout_for(category: str, in_force: Mapping[str, Layout]) -> Layout:
    """The category's own layout, or the one of all that have none."""
    return in_force.get(category) or in_force[DEFAULT]


@dataclass(frozen=True)
class LayoutFault:
    """What is wrong, and where: the page, the side and the item, counted from 1; 0 for the side as a whole."""

    code: str
    page: str
    side: str
    item: int = 0

    @property
    def place(self) -> str:
        return f"{self.page}.{self.side}" + (f" {self.item}" if self.item else "")


def faults_of(layout: Layout) -> list[LayoutFault]:
    """Every rule that a layout breaks; with none it draws badges that a gate can read and a guard can compare."""
    return [fault for page in PAGES for fault in _page_faults(layout, page)]


def _page_faults(layout: Layout, page: str) -> Iterator[LayoutFault]:
    width, height = PAGES[page]
    sides = dict(zip(SIDES, layout.sides[page], strict=True))
    for side, items in sides.items():
        for place, item in enumerate(items, start=1):
            if not item.at.is_within(width, height):
                yield LayoutFault("outside", page, side, place)
            if item.kind is Kind.SYMBOL:
                yield from _symbol_faults(items, place, page, side)
            if any(list(line.sizes) != sorted(line.sizes, reverse=True) for line in item.lines):
                yield LayoutFault("sizes_order", page, side, place)
        if Say.NUMBER not in _said(items):
            yield LayoutFault("number_missing", page, side)
    front, both = sides["front"], [item for items in sides.values() for item in items]
    if not {Say.NAME_ARABIC, Say.NAME_LATIN} <= _said(front):
        yield LayoutFault("name_missing", page, "front")
    if Say.CATEGORY not in _said(front):
        yield LayoutFault("category_missing", page, "front")
    kinds = [item.kind for item in both]
    if kinds.count(Kind.SYMBOL) != 1:
        yield LayoutFault("one_symbol", page, "front")
    if kinds.count(Kind.PHOTO) > 1:
        yield LayoutFault("one_photo", page, "front")
    if Kind.ACCESS not in kinds and Say.ZONES not in _said(both):
        yield LayoutFault("access_missing", page, "back")
    if Say.LAYOUT not in _said(both):
        yield LayoutFault("layout_missing", page, "back")


def _symbol_faults(items: tuple[Item, ...], place: int, page: str, side: str) -> Iterator[LayoutFault]:
    symbol = items[place - 1].at
    if symbol.width != symbol.height:
        yield LayoutFault("symbol_square", page, side, place)
    if symbol.width < SYMBOL_WIDTH_MIN:
        yield LayoutFault("symbol_small", page, side, place)
    if any(symbol.meets(other.at) for number, other in enumerate(items, start=1) if number != place):
        yield LayoutFault("symbol_covered", page, side, place)


def _said(items: tuple[Item, ...] | list[Item]) -> set[StrEnum]:
    return {line.say for item in items for line in item.lines}
