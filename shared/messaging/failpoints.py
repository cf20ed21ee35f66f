"""Named places where a test can kill the process; in the product nothing happens there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Failpoint = Callable[[str], None]

BEFORE_PUBLISH: Final = "before_publish"
AFTER_PUBLISH: Final = "after_publish"
BEFORE_ACKNOWLEDGE: Final = "before_acknowledge"


def no_failpoint(_name: str) -> None:
    """Nothing happens."""
