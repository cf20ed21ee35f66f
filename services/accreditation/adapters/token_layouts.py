"""The layouts of printed tokens, from the file beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.accreditation.adapters.layout_files import INK
from services.accreditation.domain.badge_layout import CATEGORY_COLOUR, Box, Item, Kind, Line, Stand
from services.accreditation.domain.token import OF_A_HOLDER, TokenKind
from services.accreditation.domain.token_face import TokenLayout, TokenSay

_FILE: Final = Path(__file__).with_suffix(".toml")
_HOLDERS: Final = "of_a_holder"


@cache
def token_layouts() -> Mapping[TokenKind, TokenLayout]:
    """The layout of each kind."""
    read = {name: _layout(found) for name, found in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}
    return {kind: read[_HOLDERS if kind in OF_A_HOLDER else kind.value] for kind in TokenKind}


def _layout(found: Mapping[str, Any]) -> TokenLayout:
    width, height = found["page"]
    sides = [tuple(map(_item, found[side])) for side in ("front", "back") if side in found]
    return TokenLayout((width, height), found["colour"], tuple(sides))


def _item(found: Mapping[str, Any]) -> Item:
    kind = Kind(found["kind"])
    lines = tuple(
        Line(TokenSay(line["say"]), tuple(line["sizes"]), line.get("weight", 400), line.get("gap", 0.0))
        for line in found.get("lines", ())
    )
    colour = found.get("colour", INK if kind is Kind.TEXTS else CATEGORY_COLOUR)
    return Item(kind, Box(*found["at"]), colour, Stand(found.get("stand", Stand.MIDDLE)), lines)
