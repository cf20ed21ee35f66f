"""Base45 (RFC 9285): bytes in the 45 characters of a QR code's alphanumeric mode."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {char: value for value, char in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes make three characters, a last single byte two (RFC 9285 section 4)."""
    characters: list[str] = []
    for index in range(0, len(data) - 1, 2):
        number = data[index] * 256 + data[index + 1]
        characters += (ALPHABET[number % 45], ALPHABET[number // 45 % 45], ALPHABET[number // 2025])
    if len(data) % 2:
        characters += (ALPHABET[data[-1] % 45], ALPHABET[data[-1] // 45])
    return "".join(characters)


def decode(text: str) -> bytes:
    """The bytes. Raises ValueError for another alphabet, an impossible length or a group past its range."""
    if len(text) % 3 == 1:
        raise ValueError("impossible length")
    try:
        values = [_VALUES[char] for char in text]
    except KeyError:
        raise ValueError("not base45") from None
    data = bytearray()
    for index in range(0, len(values) - 2, 3):
        number = values[index] + 45 * values[index + 1] + 2025 * values[index + 2]
        if number > 0xFFFF:
            raise ValueError("group out of range")
        data += number.to_bytes(2, "big")
    if len(values) % 3:
        number = values[-2] + 45 * values[-1]
        if number > 0xFF:
            raise ValueError("group out of range")
        data.append(number)
    return bytes(data)
