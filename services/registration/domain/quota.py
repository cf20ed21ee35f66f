"""The places of a delegation in one category."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """`places` is what the conference gave and what waivers added, of which `waived`; `used` counts who holds one."""

    category: str
    places: int
    used: int
    waived: int = 0

    @property
    def left(self) -> int:
        """More may be used than there are places, when a conference version took some away."""
        return max(0, self.places - self.used)
