"""What the main job says while it runs, and what it checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Report:
    """Says what goes on, and keeps what was checked."""

    say: Callable[[str], None]
    checked: list[str] = field(default_factory=list)

    def check(self, promise: str, holds: object) -> None:
        """Raises AssertionError with the promise when it does not hold."""
        if not holds:
            raise AssertionError(f"not kept: {promise}")
        self.checked.append(promise)


@dataclass(frozen=True)
class Places:
    """Where the two processes answer."""

    main: str
    entrance: str
