"""What a badge opens: the one place that computes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class AccessGrant:
    """A zone, on days counted from the first, within local time; `closes` 00:00 is midnight."""

    zone: str
    days: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True)
class AccessMasks:
    """What the credential carries of the grants: bit sets of zones and days, bit 0 first."""

    zones: int
    days: int


def access_of(rules: Sequence[AccessGrant], zone_order: Sequence[str]) -> tuple[AccessGrant, ...]:
    """The grants of a category's rules, one for each zone and time window, in the conference file's order of zones.

    Rules of one zone and window are joined, so that the same access is always the same value.
    """
    joined: dict[tuple[str, time, time], set[int]] = {}
    for rule in rules:
        joined.setdefault((rule.zone, rule.opens, rule.closes), set()).update(rule.days)
    grants = [
        AccessGrant(zone, tuple(sorted(days)), opens, closes) for (zone, opens, closes), days in joined.items() if days
    ]
    return tuple(sorted(grants, key=lambda grant: (zone_order.index(grant.zone), grant.opens, grant.closes)))


def masks_of(grants: Sequence[AccessGrant], zone_order: Sequence[str]) -> AccessMasks:
    """Zones by the conference file's order, day 1 as bit 0.

    The sets are unions: they hold what no grant may exceed, and the gate's own copy of the grants says which zone on
    which day.
    """
    zones = days = 0
    for grant in grants:
        zones |= 1 << zone_order.index(grant.zone)
        for day in grant.days:
            days |= 1 << (day - 1)
    return AccessMasks(zones, days)
