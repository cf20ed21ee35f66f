"""What the watchlists say against a participant, counted: the dossier needs no more of them than this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Hits:
    """Alerts by their disposition: not looked at yet, false positives, true matches."""

    open: int = 0
    cleared: int = 0
    confirmed: int = 0


NO_HITS: Final = Hits()
