"""The QR symbol of a credential, read back by another program before anybody prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Final

import numpy as np
import qrcode
import zxingcpp
from numpy.typing import NDArray
from PIL import Image
from qrcode.base import RSBlock, rs_blocks
from qrcode.util import mask_func

from services.accreditation.domain.printing_errors import BadgeUndrawableError

Modules = NDArray[np.bool_]
"""A square of modules, True is dark."""

VERSION_MAX: Final = 11
QUIET_MODULES: Final = 4
_READ_SCALE: Final = 2
_MASK: Final = 4
_LETTERS: Final = {letter: value for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
_ALPHANUMERIC: Final = "0010"
_PADDING: Final = (0xEC, 0x11)
_CAPACITIES: Final = {1: 16, 2: 29, 3: 47, 4: 67, 5: 87, 6: 108, 7: 125, 8: 157, 9: 189, 10: 221, 11: 259}
"""Characters by version at level Q (ISO/IEC 18004 table 7)."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class SymbolUnreadableError(BadgeUndrawableError):
    """The symbol does not read back as what it was made from; it must not be printed."""

    code: ClassVar[str] = "accreditation.symbol_unreadable"


def symbol_modules(text: str) -> Modules:
    """The symbol's modules without its quiet zone, level Q, version 11 at most, read back and compared.

    The mask is fixed: trying all eight takes ten times as long and readers do not mind. Raises SymbolUnreadableError.
    """
    version = _version(len(text))
    frame = _frame(version)
    bits = np.zeros(len(frame.rows), dtype=np.uint8)
    words = np.unpackbits(np.frombuffer(_words(version, text), dtype=np.uint8))
    bits[: len(words)] = words
    modules = frame.modules.copy()
    modules[frame.rows, frame.columns] = bits ^ frame.mask
    if _read(modules) != text:
        raise SymbolUnreadableError("the symbol does not read back")
    return modules


def with_quiet_zone(modules: Modules, scale: int) -> NDArray[np.uint8]:
    """The symbol as pixels, 255 is light, each module `scale` wide, with the quiet zone around it."""
    bordered = np.pad(np.where(modules, 0, 255).astype(np.uint8), QUIET_MODULES, constant_values=255)
    return bordered.repeat(scale, axis=0).repeat(scale, axis=1)


def _version(characters: int) -> int:
    """The smallest version that holds them at level Q in alphanumeric mode. Raises SymbolUnreadableError past v11."""
    for version, capacity in _CAPACITIES.items():
        if characters <= capacity:
            return version
    raise SymbolUnreadableError(f"{characters} characters are over version {VERSION_MAX}")


def _words(version: int, text: str) -> bytes:
    """Data and check words in the order in which they are placed (ISO/IEC 18004 sections 7.4.4 and 7.6)."""
    blocks = _blocks(version)
    data = _data_words(version, text, sum(block.data_count for block in blocks))
    parts: list[bytes] = []
    checks: list[bytes] = []
    for block in blocks:
        part, data = data[: block.data_count], data[block.data_count :]
        parts.append(part)
        checks.append(_check_words(part, block.total_count - block.data_count))
    return _interleaved(parts) + _interleaved(checks)


@cache
def _blocks(version: int) -> list[RSBlock]:
    blocks: list[RSBlock] = rs_blocks(version, qrcode.constants.ERROR_CORRECT_Q)
    return blocks


def _interleaved(parts: list[bytes]) -> bytes:
    longest = max(map(len, parts))
    return bytes(part[place] for place in range(longest) for part in parts if place < len(part))


def _data_words(version: int, text: str, count: int) -> bytes:
    """The letters, eleven bits a pair, then padding (ISO/IEC 18004 sections 7.4.4 and 7.4.9)."""
    length_bits = 9 if version < 10 else 11
    values = [_LETTERS[letter] for letter in text]
    pairs = "".join(f"{45 * first + second:011b}" for first, second in zip(values[::2], values[1::2], strict=False))
    last = f"{values[-1]:06b}" if len(values) % 2 else ""
    bits = f"{_ALPHANUMERIC}{len(text):0{length_bits}b}{pairs}{last}"
    bits += "0" * min(4, 8 * count - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return words + bytes(_PADDING[place % 2] for place in range(count - len(words)))


def _check_words(data: bytes, count: int) -> bytes:
    """The remainder of Reed and Solomon's division, a word at a time by table (ISO/IEC 18004 section 7.5.2)."""
    table = _remainders(count)
    top, keep = 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    rest = 0
    for word in data:
        rest = ((rest & keep) << 8) ^ table[word ^ (rest >> top)]
    return rest.to_bytes(count, "big")


@cache
def _remainders(count: int) -> list[int]:
    """What each word that leaves at the top adds: the generator polynomial times it."""
    generator = [1]
    root = 1
    for _ in range(count):
        shifted, scaled = [*generator, 0], [0, *(_times(root, term) for term in generator)]
        generator = [left ^ right for left, right in zip(shifted, scaled, strict=True)]
        root = _times(root, 2)
    return [int.from_bytes(bytes(_times(word, term) for term in generator[1:]), "big") for word in range(256)]


def _times(left: int, right: int) -> int:
    """Multiplication in GF(256) over x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = left << 1 ^ (0x11D if left & 0x80 else 0)
        right >>= 1
    return product


@dataclass(frozen=True)
class _Frame:
    """What every symbol of a version has in common: its fixed modules, and where the data go, in order.

    `mask` says of each place whether the mask turns it over.
    """

    modules: Modules
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    mask: NDArray[np.uint8]


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
    places = [(row, column) for row, column in _zigzag(size) if code.modules[row][column] is None]
    return _Frame(
        np.array([[bool(cell) for cell in row] for row in code.modules]),
        np.array([row for row, _ in places]),
        np.array([column for _, column in places]),
        np.array([is_masked(row, column) for row, column in places], dtype=np.uint8),
    )


def _zigzag(size: int) -> Iterator[tuple[int, int]]:
    """Up and down in columns of two, from the right, the timing column left out (ISO/IEC 18004 section 7.7.3)."""
    upwards = True
    for right in range(size - 1, 0, -2):
        column = right - 1 if right <= 6 else right
        for row in reversed(range(size)) if upwards else range(size):
            yield row, column
            yield row, column - 1
        upwards = not upwards


def read_symbol(image: Image.Image) -> str | None:
    """The text of the first QR symbol in a picture, by a reader that is not ours."""
    found = zxingcpp.read_barcodes(image, formats=_QR)
    return found[0].text if found else None


def read_symbols(image: NDArray[np.uint8]) -> set[str]:
    """The texts of all upright QR symbols in a raster of one byte a pixel."""
    found = zxingcpp.read_barcodes(image, formats=_QR, try_rotate=False, try_invert=False, try_downscale=False)
    return {symbol.text for symbol in found}


def _read(modules: Modules) -> str | None:
    found = zxingcpp.read_barcodes(with_quiet_zone(modules, _READ_SCALE), formats=_QR, is_pure=True)
    return found[0].text if found else None
