"""What a badge opens: the one place that computes it.

The rules of the category, in the conference file, with what is personal: upgrades add zones, days or hours, and a day
badge leaves nothing but its days. The same value goes before the officer as a table, into the credential as bit sets,
and into the gates' own copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.accreditation.domain.badge_errors import AccessChangedError
from services.accreditation.domain.dossier_facts import LastStep, Officer

MIDNIGHT: Final = time(0, 0)


@dataclass(frozen=True)
class AccessGrant:
    """A zone, on days counted from the first, within local time; `closes` 00:00 is midnight.

    `only_with` is the category of the escort without whom it opens nothing.
    """

    zone: str
    days: tuple[int, ...]
    opens: time
    closes: time
    only_with: str | None = None

    @property
    def passes_midnight(self) -> bool:
        return self.closes != MIDNIGHT and self.closes <= self.opens


@dataclass(frozen=True)
class PersonalAccess:
    """What one person has beyond the category. `only_days` makes a day badge; None leaves all days of the grants."""

    upgrades: tuple[AccessGrant, ...] = ()
    only_days: tuple[int, ...] | None = None


NOTHING_PERSONAL: Final = PersonalAccess()


@dataclass(frozen=True)
class KeptAccess:
    """What is personal, as it is kept: `version` counts what was written of it, `last` is who wrote it."""

    personal: PersonalAccess = NOTHING_PERSONAL
    version: int = 0
    last: LastStep | None = None

    def replaced(self, personal: PersonalAccess, seen: int | None, officer: Officer, at: datetime) -> KeptAccess:
        """With `seen`, the version that the officer looked at. Raises AccessChangedError when it is another by now."""
        if seen is not None and seen != self.version:
            by, when = (self.last.by, f"{self.last.at:%Y-%m-%d %H:%M}") if self.last is not None else ("", "")
            raise AccessChangedError(by, when)
        return KeptAccess(personal, self.version + 1, LastStep("change_access", officer.person_id, at))


@dataclass(frozen=True)
class AccessMasks:
    """What the credential carries of the grants: bit sets of zones and days, bit 0 first."""

    zones: int
    days: int


@dataclass(frozen=True)
class Window:
    """Hours of one zone on one day, as an officer reads them. `is_personal` says that the category alone has it not."""

    opens: time
    closes: time
    only_with: str | None
    is_personal: bool


@dataclass(frozen=True)
class ZoneRow:
    """A zone's row of the table: the windows of each day, day 1 first; none where it stays closed."""

    zone: str
    days: tuple[tuple[Window, ...], ...]


def access_of(
    rules: Sequence[AccessGrant], zone_order: Sequence[str], personal: PersonalAccess = NOTHING_PERSONAL
) -> tuple[AccessGrant, ...]:
    """The grants of a category's rules and a person's own, one for each zone, window and escort, in the file's order.

    Rules of one zone and window are joined, so that the same access is always the same value.
    """
    joined: dict[tuple[str, time, time, str | None], set[int]] = {}
    for rule in (*rules, *personal.upgrades):
        days = set(rule.days) if personal.only_days is None else set(rule.days) & set(personal.only_days)
        joined.setdefault((rule.zone, rule.opens, rule.closes, rule.only_with), set()).update(days)
    grants = [
        AccessGrant(zone, tuple(sorted(days)), opens, closes, only_with)
        for (zone, opens, closes, only_with), days in joined.items()
        if days
    ]
    return tuple(
        sorted(
            grants,
            key=lambda grant: (zone_order.index(grant.zone), grant.opens, grant.closes, grant.only_with or ""),
        )
    )


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


def table_of(
    grants: Sequence[AccessGrant], of_category: Sequence[AccessGrant], zone_order: Sequence[str], days: int
) -> tuple[ZoneRow, ...]:
    """What the badge opens, zone by zone and day by day; every zone has its row, so that what stays closed is seen."""
    own = {(grant.zone, day, grant.opens, grant.closes, grant.only_with) for grant in of_category for day in grant.days}
    rows = []
    for zone in zone_order:
        windows: list[tuple[Window, ...]] = []
        for day in range(1, days + 1):
            found = [grant for grant in grants if grant.zone == zone and day in grant.days]
            windows.append(
                tuple(
                    Window(
                        grant.opens,
                        grant.closes,
                        grant.only_with,
                        (zone, day, grant.opens, grant.closes, grant.only_with) not in own,
                    )
                    for grant in found
                )
            )
        rows.append(ZoneRow(zone, tuple(windows)))
    return tuple(rows)


def end_of(grants: Sequence[AccessGrant], first_day: date, timezone: ZoneInfo) -> datetime | None:
    """When the last grant ends, aware UTC: midnight after its day, or the hour past it. None when there is none."""
    ends = [
        datetime.combine(
            first_day + timedelta(days=day), grant.closes if grant.passes_midnight else MIDNIGHT, timezone
        ).astimezone(UTC)
        for grant in grants
        for day in grant.days
    ]
    return max(ends, default=None)
