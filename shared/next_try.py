"""When something that could not be handed over is tried again: ever more slowly, an hour apart at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=5)
WAIT_MAX: Final = timedelta(hours=1)


def next_try(tries: int, now: datetime) -> datetime:
    """`tries` counts those before this one, which failed now."""
    return now + min(FIRST * (1 << min(tries, 12)), WAIT_MAX)
