"""What the main job says while it runs, and what it checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Report:
    """Says what goes on, and counts how often each promise was checked: by several people at once."""

    say: Callable[[str], None]
    checked: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def check(self, promise: str, holds: object, *, of: str = "") -> None:
        """Raises AssertionError with the promise, and of whom it was, when it does not hold."""
        if not holds:
            raise AssertionError(f"not kept{f' for {of}' if of else ''}: {promise}")
        with self._lock:
            self.checked[promise] += 1


@dataclass(frozen=True)
class Places:
    """Where the two processes answer."""

    main: str
    entrance: str
