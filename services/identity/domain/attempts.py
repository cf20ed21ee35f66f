"""How often a sign-in may fail: per account and per address, forgetting with time, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

FAILURES_MAX: Final = 10
WINDOW: Final = timedelta(minutes=5)
SUBJECTS_MAX: Final = 20_000


@dataclass
class Attempts:
    """Counts failures by subject (an account's e-mail or an address); the least recent subject is forgotten first."""

    _failures: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict)

    def is_exhausted(self, subject: str, now: datetime) -> bool:
        recent = [at for at in self._failures.get(subject, ()) if now - at < WINDOW]
        return len(recent) >= FAILURES_MAX

    def failed(self, subject: str, now: datetime) -> None:
        recent = [at for at in self._failures.pop(subject, []) if now - at < WINDOW]
        self._failures[subject] = [*recent, now][-FAILURES_MAX:]
        while len(self._failures) > SUBJECTS_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, subject: str) -> None:
        self._failures.pop(subject, None)
