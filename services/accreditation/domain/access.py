"""What a badge opens: computed here and nowhere else, for the credential and for the gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Grant:
    """A zone, on days counted from the first, within local time; `closes` 00:00 is midnight."""

    zone: str
    days: tuple[int, ...]
    opens: time
    closes: time


def zone_bits(grants: Sequence[Grant], zones: Sequence[str]) -> int:
    """The zones as a bit set, by the conference file's order."""
    return sum(1 << index for index, zone in enumerate(zones) if any(grant.zone == zone for grant in grants))


def day_bits(grants: Sequence[Grant]) -> int:
    """The days on which the badge opens anything, bit 0 the first."""
    return sum(1 << (day - 1) for day in {day for grant in grants for day in grant.days})
