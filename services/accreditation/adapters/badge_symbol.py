"""The QR symbol of a credential, read back by another program before anybody prints it."""

from __future__ import annotations

from typing import Final

import qrcode
import zxingcpp
from PIL import Image, ImageOps
from qrcode.util import MODE_ALPHA_NUM, QRData

from shared.errors import BawabaError

VERSION_MAX: Final = 11
_QUIET_MODULES: Final = 4
_READ_SCALE: Final = 4
_MASK: Final = 4
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class SymbolUnreadableError(BawabaError):
    """The symbol does not read back as what it was made from; it must not be printed."""


def symbol_modules(text: str) -> list[list[bool]]:
    """The symbol's modules (True is dark) without its quiet zone, level Q, version 11 at most, read back and compared.

    The mask is fixed: trying all eight takes ten times as long and readers do not mind. Raises SymbolUnreadableError.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, box_size=1, mask_pattern=_MASK)
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=True)
    if code.version > VERSION_MAX:
        raise SymbolUnreadableError(f"version {code.version} is over {VERSION_MAX}")
    modules = [[bool(cell) for cell in row] for row in code.get_matrix()]
    if _read(modules) != text:
        raise SymbolUnreadableError("the symbol does not read back")
    return modules


def symbol_svg(modules: list[list[bool]]) -> str:
    """The symbol with its quiet zone as SVG, one path; scales without loss."""
    size = len(modules) + 2 * _QUIET_MODULES
    path = "".join(
        f"M{x + _QUIET_MODULES} {y + _QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, dark in enumerate(row)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}"/></svg>'
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
