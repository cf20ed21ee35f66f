"""Read a badge layout's file (TOML) into the layout, or say everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.accreditation.domain.badge_layout import (
    CATEGORY_COLOUR,
    DEFAULT,
    Box,
    Item,
    Kind,
    Layout,
    Line,
    Say,
    Stand,
    faults_of,
)
from services.accreditation.domain.printing_errors import LayoutInvalidError

INK: Final = "#16211f"
BYTES_MAX: Final = 64 * 1024
FAULTS_SHOWN_MAX: Final = 50
_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
_FAULTS: Final = {"missing": "missing", "extra_forbidden": "unknown_field", "enum": "unknown_word"}
_FILE: Final = Path(__file__).with_name("badge_layout.toml")

Length = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]
Size = Annotated[float, Field(ge=4, le=40, allow_inf_nan=False)]
Colour = Annotated[str, Field(pattern=r"^(#[0-9a-f]{6}|category)$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Line(_Strict):
    say: Say
    sizes: Annotated[tuple[Size, ...], Field(min_length=1, max_length=12)]
    weight: Literal[400, 500, 600, 700] = 400
    gap: Length = 0.0
    pill: bool = False


class _Item(_Strict):
    kind: Kind
    at: tuple[Length, Length, Length, Length]
    colour: Colour | None = None
    stand: Stand = Stand.MIDDLE
    lines: Annotated[tuple[_Line, ...], Field(max_length=20)] = ()


class _Page(_Strict):
    front: Annotated[tuple[_Item, ...], Field(max_length=40)]
    back: Annotated[tuple[_Item, ...], Field(max_length=40)]


class _File(_Strict):
    a6: _Page
    card: _Page


@cache
def default_layout() -> Layout:
    """What draws badges while nothing else is loaded: version 0."""
    return read_layout(_FILE.read_bytes(), DEFAULT, 0)


def default_content() -> str:
    """The file of that layout, for somebody to begin from."""
    return _FILE.read_text()


def read_layout(content: bytes, code: str, version: int) -> Layout:
    """The layout of a file. Raises LayoutInvalidError with every place that is wrong; nothing of the file is in it."""
    if len(content) > BYTES_MAX:
        raise LayoutInvalidError((("", "too_large"),))
    try:
        file = _File.model_validate(tomllib.loads(content.decode()))
    except UnicodeDecodeError:
        raise LayoutInvalidError((("", "not_utf8"),)) from None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        raise LayoutInvalidError(((line.group(1) if line else "", "toml"),)) from None
    except RecursionError:
        raise LayoutInvalidError((("", "toml"),)) from None
    except ValidationError as error:
        faults = [(_place(found["loc"]), _FAULTS.get(found["type"], "value")) for found in error.errors()]
        raise LayoutInvalidError(tuple(faults[:FAULTS_SHOWN_MAX])) from None
    layout = Layout(code, version, {"a6": _sides(file.a6), "card": _sides(file.card)})
    broken = [(fault.place, fault.code) for fault in faults_of(layout)]
    if broken:
        raise LayoutInvalidError(tuple(broken[:FAULTS_SHOWN_MAX]))
    return layout


def _place(path: tuple[int | str, ...]) -> str:
    """Where in the file, as a person counts: `a6.front 3.lines 1.sizes`."""
    words = [f" {part + 1}" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(words).removeprefix(".")


def _sides(page: _Page) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    return tuple(map(_item, page.front)), tuple(map(_item, page.back))


def _item(item: _Item) -> Item:
    lines = tuple(Line(line.say, line.sizes, line.weight, line.gap, line.pill) for line in item.lines)
    colour = item.colour or (INK if item.kind is Kind.TEXTS else CATEGORY_COLOUR)
    return Item(item.kind, Box(*item.at), colour, item.stand, lines)
