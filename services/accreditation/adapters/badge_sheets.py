"""Badges put together as PDF: the ground that many share, each one's photo and symbol, and the texts above them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

import numpy as np
import pikepdf
from pikepdf import Name
from PIL import Image, UnidentifiedImageError

from services.accreditation.adapters.badge_symbol import QUIET_MODULES, Modules
from services.accreditation.domain.badge_layout import PAGES, Box, Item, Kind
from services.accreditation.domain.printing_errors import BadgeUndrawableError

SIDES: Final = 2
SHEETS: Final = {"a6": ("a6", 1), "a4": ("a6", 4), "card": ("card", 1)}
"""The badge's page and how many of them a sheet has."""
_POINTS: Final = 72 / 25.4
_RUN: Final = b"00 00 00 1 re\n"
_CORNER: Final = 1.0
_ARC: Final = 0.5523  # how far the handles of a quarter of a circle are out, of its radius
_COLOURS: Final = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB}
_A4: Final = (210.0, 297.0)
_CUT_LINES: Final = b"q 0.63 G 0.3 w [3 3] 0 d 297.64 0 m 297.64 841.89 l S 0 421.65 m 595.28 421.65 l S Q"


class PhotoUnreadableError(BadgeUndrawableError):
    """A portrait is no JPEG in colour or grey: the badge must not be printed without a word."""

    code: ClassVar[str] = "accreditation.photo_unreadable"


@dataclass(frozen=True)
class Pictures:
    """What one badge has beside its texts, and the ground that it shares with others."""

    ground: int
    sides: tuple[tuple[Item, ...], tuple[Item, ...]]
    photo: bytes | None
    symbol: Modules


def put_together(texts: bytes, grounds: int, badges: Sequence[Pictures], sheet: str) -> bytes:
    """One PDF of the drawn texts: the pages of `grounds` go under those of the badges and are no pages themselves.

    Photos stay the bytes that they are. Raises PhotoUnreadableError.
    """
    page, a_sheet = SHEETS[sheet]
    with pikepdf.Pdf.open(io.BytesIO(texts)) as pdf:
        pages = list(pdf.pages)
        shared = [pdf.make_indirect(drawn.as_form_xobject()) for drawn in pages[: SIDES * grounds]]
        for number, (badge, drawn) in enumerate(_each_side(pages[SIDES * grounds :], badges)):
            side = number % SIDES
            _add_pictures(pdf, drawn, shared[SIDES * badge.ground + side], badge, badge.sides[side], PAGES[page][1])
        del pdf.pages[SIDES * (grounds + len(badges)) :]
        del pdf.pages[: SIDES * grounds]
        if a_sheet > 1:
            _impose(pdf)
        return _saved(pdf)


def symbol_place(sides: tuple[tuple[Item, ...], tuple[Item, ...]], sheet: str, number: int) -> tuple[int, Box]:
    """On which page of a file a badge's symbol stands, the badge counted from 0, and where on that page."""
    side, at = next((side, item.at) for side in range(SIDES) for item in sides[side] if item.kind is Kind.SYMBOL)
    _, a_sheet = SHEETS[sheet]
    x, y = _corner(number % a_sheet, side) if a_sheet > 1 else (0.0, 0.0)
    return SIDES * (number // a_sheet) + side, Box(at.x + x, at.y + y, at.width, at.height)


def joined(files: Sequence[bytes]) -> bytes:
    """Several PDFs as one, in order."""
    whole = pikepdf.Pdf.new()
    for file in files:
        with pikepdf.Pdf.open(io.BytesIO(file)) as part:
            whole.pages.extend(part.pages)
    return _saved(whole)


def only_pages(file: bytes, pages: int) -> bytes:
    """The file without the empty page that the renderer leaves at its end."""
    with pikepdf.Pdf.open(io.BytesIO(file)) as document:
        del document.pages[pages:]
        return _saved(document)


def rest_of(file: bytes, from_page: int) -> bytes | None:
    """The pages from this one on, counted from 1; None when the file has fewer."""
    with pikepdf.Pdf.open(io.BytesIO(file)) as document:
        if from_page > len(document.pages):
            return None
        del document.pages[: from_page - 1]
        return _saved(document)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _each_side(pages: Sequence[pikepdf.Page], badges: Sequence[Pictures]) -> Iterator[tuple[Pictures, pikepdf.Page]]:
    for number, badge in enumerate(badges):
        for drawn in pages[SIDES * number : SIDES * (number + 1)]:
            yield badge, drawn


def _add_pictures(
    pdf: pikepdf.Pdf, drawn: pikepdf.Page, ground: Any, badge: Pictures, items: Sequence[Item], height: float
) -> None:
    parts = [b"/Ground Do"]
    pictures = {"/Ground": ground}
    for item in items:
        if item.kind is Kind.SYMBOL:
            parts.append(_symbol(badge.symbol, item.at, height))
        elif item.kind is Kind.PHOTO and badge.photo is not None:
            pictures["/Photo"], ratio = _photo(pdf, badge.photo)
            clip = _rounded(item.at, height)
            parts.append(b"q %b W n %b Q" % (clip, _placed(b"/Photo", _covering(item.at, ratio), height)))
    resources = drawn.obj.get(Name.Resources, pikepdf.Dictionary())
    resources.XObject = pikepdf.Dictionary(pictures)
    drawn.obj.Resources = resources
    below = pikepdf.Stream(pdf, zlib.compress(b"\n".join((*parts, b"")), 1), Filter=Name.FlateDecode)
    drawn.obj.Contents = pikepdf.Array([below, drawn.obj.Contents])


def _symbol(modules: Modules, at: Box, height: float) -> bytes:
    """The symbol on white as one path: each run of dark modules a rectangle, as `xx yy ww 1 re`."""
    edges = np.diff(np.pad(modules.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    path = np.full((len(rows), len(_RUN)), np.frombuffer(_RUN, dtype=np.uint8))
    for column, numbers in ((0, starts + QUIET_MODULES), (3, rows + QUIET_MODULES), (6, ends - starts)):
        path[:, column], path[:, column + 1] = 48 + numbers // 10, 48 + numbers % 10
    left, low, width, high = _in_points(at, height)
    side = len(modules) + 2 * QUIET_MODULES
    matrix = (width / side, -high / side, left, low + high)
    return b"q %.5f 0 0 %.5f %.3f %.3f cm 1 g 0 0 %d %d re f 0 g\n%bf Q" % (*matrix, side, side, path.tobytes())


def _photo(pdf: pikepdf.Pdf, jpeg: bytes) -> tuple[pikepdf.Stream, float]:
    """The portrait as it is, and its width by its height."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            size, colours = picture.size, _COLOURS[picture.mode]
    except (UnidentifiedImageError, KeyError, OSError):
        raise PhotoUnreadableError from None
    image = pikepdf.Stream(
        pdf,
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=colours,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    return image, size[0] / size[1]


def _covering(at: Box, ratio: float) -> Box:
    """The box that a picture of this ratio fills so that it covers the whole place, middle upon middle."""
    width, height = max(at.width, at.height * ratio), max(at.height, at.width / ratio)
    return Box(at.x + (at.width - width) / 2, at.y + (at.height - height) / 2, width, height)


def _placed(name: bytes, at: Box, height: float) -> bytes:
    left, low, width, high = _in_points(at, height)
    return b"q %.3f 0 0 %.3f %.3f %.3f cm %b Do Q" % (width, high, left, low, name)


def _in_points(at: Box, height: float) -> tuple[float, float, float, float]:
    """Left, lower edge, width and height in points: a PDF's page begins at its lower left corner."""
    return at.x * _POINTS, (height - at.y - at.height) * _POINTS, at.width * _POINTS, at.height * _POINTS


def _rounded(at: Box, height: float) -> bytes:
    """A path around the box with round corners."""
    left, low, width, high = _in_points(at, height)
    right, top, corner = left + width, low + high, _CORNER * _POINTS
    handle = corner * (1 - _ARC)
    path = [f"{left + corner:.3f} {low:.3f} m"]
    for start, middle, end in (
        ((right - corner, low), ((right - handle, low), (right, low + handle)), (right, low + corner)),
        ((right, top - corner), ((right, top - handle), (right - handle, top)), (right - corner, top)),
        ((left + corner, top), ((left + handle, top), (left, top - handle)), (left, top - corner)),
        ((left, low + corner), ((left, low + handle), (left + handle, low)), (left + corner, low)),
    ):
        numbers = " ".join(f"{value:.3f}" for point in (*middle, end) for value in point)
        path.append(f"{start[0]:.3f} {start[1]:.3f} l {numbers} c")
    return " ".join((*path, "h")).encode()


def _corner(place: int, side: int) -> tuple[float, float]:
    """The upper left corner of a place on A4, in millimetres; backs stand mirrored."""
    column, row = place % 2, place // 2
    return (1 - column if side else column) * 105.0, row * 148.5


def _impose(pdf: pikepdf.Pdf) -> None:
    """Four A6 on each A4, to be cut along the lines; the backs stand mirrored, for printing along the long edge."""
    drawn = list(pdf.pages)
    width, height = (length * _POINTS for length in _A4)
    a_sheet = SHEETS["a4"][1]
    for first in range(0, len(drawn), SIDES * a_sheet):
        for side in range(SIDES):
            of_side = drawn[first + side : first + SIDES * a_sheet : SIDES]
            pictures, parts = {}, []
            for place, page in enumerate(of_side):
                x, y = _corner(place, side)
                pictures[f"/B{place}"] = pdf.make_indirect(page.as_form_xobject())
                low = height - (y + PAGES["a6"][1]) * _POINTS
                parts.append(b"q 1 0 0 1 %.3f %.3f cm /B%d Do Q" % (x * _POINTS, low, place))
            parts.append(_CUT_LINES)
            sheet = pikepdf.Dictionary(
                Type=Name.Page,
                MediaBox=[0, 0, round(width, 3), round(height, 3)],
                Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(cast(Any, pictures))),
                Contents=pdf.make_stream(b"\n".join(parts)),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))
    del pdf.pages[: len(drawn)]
