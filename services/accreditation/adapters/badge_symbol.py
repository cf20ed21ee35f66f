"""The QR symbol of a credential, read back by another program before anybody prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

import qrcode
import zxingcpp
from PIL import Image, ImageOps
from qrcode.util import MODE_ALPHA_NUM, QRData, create_data, mask_func

from shared.errors import BawabaError

VERSION_MAX: Final = 11
_QUIET_MODULES: Final = 4
_READ_SCALE: Final = 4
_MASK: Final = 4
_CAPACITIES: Final = {1: 16, 2: 29, 3: 47, 4: 67, 5: 87, 6: 108, 7: 125, 8: 157, 9: 189, 10: 221, 11: 259}
"""Characters by version at level Q (ISO/IEC 18004 table 7)."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class SymbolUnreadableError(BawabaError):
    """The symbol does not read back as what it was made from; it must not be printed."""


def symbol_modules(text: str) -> list[list[bool]]:
    """The symbol's modules (True is dark) without its quiet zone, level Q, version 11 at most, read back and compared.

    The mask is fixed: trying all eight takes ten times as long and readers do not mind. Raises SymbolUnreadableError.
    """
    data = QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM)
    version = _version(len(text))
    frame = _frame(version)
    words = create_data(version, qrcode.constants.ERROR_CORRECT_Q, [data])
    modules = [list(row) for row in frame.modules]
    bits = "".join(f"{word:08b}" for word in words).ljust(len(frame.places), "0")
    for (row, column, is_masked), bit in zip(frame.places, bits, strict=False):
        modules[row][column] = (bit == "1") is not is_masked
    if _read(modules) != text:
        raise SymbolUnreadableError("the symbol does not read back")
    return modules


def _version(characters: int) -> int:
    """The smallest version that holds them at level Q in alphanumeric mode. Raises SymbolUnreadableError past v11."""
    for version, capacity in _CAPACITIES.items():
        if characters <= capacity:
            return version
    raise SymbolUnreadableError(f"{characters} characters are over version {VERSION_MAX}")


@dataclass(frozen=True)
class _Frame:
    """What every symbol of a version has in common: its fixed modules, and where the data go, in order.

    A place is row, column and whether the mask turns it over.
    """

    modules: list[list[bool]]
    places: list[tuple[int, int, bool]]


@cache
def _frame(version: int) -> _Frame:
    code = qrcode.QRCode(version=version, error_correction=qrcode.constants.ERROR_CORRECT_Q, mask_pattern=_MASK)
    size = code.modules_count = 4 * version + 17
    code.modules = [[None] * size for _ in range(size)]
    for row, column in ((0, 0), (size - 7, 0), (0, size - 7)):
        code.setup_position_probe_pattern(row, column)
    code.setup_position_adjust_pattern()
    code.setup_timing_pattern()
    code.setup_type_info(False, _MASK)
    if version >= 7:
        code.setup_type_number(False)
    is_masked = mask_func(_MASK)
    places = [
        (row, column, is_masked(row, column)) for row, column in _zigzag(size) if code.modules[row][column] is None
    ]
    return _Frame([[bool(cell) for cell in row] for row in code.modules], places)


def _zigzag(size: int) -> Iterator[tuple[int, int]]:
    """Up and down in columns of two, from the right, the timing column left out (ISO/IEC 18004 section 7.7.3)."""
    upwards = True
    for right in range(size - 1, 0, -2):
        column = right - 1 if right <= 6 else right
        for row in reversed(range(size)) if upwards else range(size):
            yield row, column
            yield row, column - 1
        upwards = not upwards


def symbol_svg(modules: list[list[bool]]) -> str:
    """The symbol with its quiet zone as SVG; scales without loss. Modules side by side are one stroke."""
    size = len(modules) + 2 * _QUIET_MODULES
    strokes: list[str] = []
    for y, row in enumerate(modules):
        pen, x = 0, 0
        strokes.append(f"M{_QUIET_MODULES} {y + _QUIET_MODULES}.5")
        for dark, run in groupby(row):
            length = sum(1 for _ in run)
            if dark:
                strokes.append(f"m{x - pen} 0h{length}")
                pen = x + length
            x += length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path stroke="#000" d="{"".join(strokes)}"/></svg>'
    )


def read_symbol(image: Image.Image) -> str | None:
    """The text of the first QR symbol in a picture, by a reader that is not ours."""
    found = zxingcpp.read_barcodes(image, formats=_QR)
    return found[0].text if found else None


def read_symbols(image: Image.Image) -> set[str]:
    """The texts of all QR symbols in a picture."""
    return {found.text for found in zxingcpp.read_barcodes(image, formats=_QR)}


def _read(modules: list[list[bool]]) -> str | None:
    size = len(modules)
    picture = Image.frombytes("L", (size, size), bytes(0 if dark else 255 for row in modules for dark in row))
    bordered = ImageOps.expand(picture, _QUIET_MODULES, fill=255)
    return read_symbol(bordered.resize((bordered.width * _READ_SCALE,) * 2, Image.Resampling.NEAREST))
