"""The number printed on a badge, as people type it."""

from __future__ import annotations

from typing import Final

_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def normalised(typed: str) -> str:
    """Capitals without separators, digits 0–9 whichever digits were typed, look-alike letters as the digit meant."""
    digits = "".join(str(int(char)) if char.isdecimal() else char for char in typed)
    return "".join(char for char in digits.upper() if char.isalnum()).translate(_LOOKALIKES)
