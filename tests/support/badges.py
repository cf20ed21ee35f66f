"""A badge for tests that need one, whichever: an active delegate's of Egypt, to be bent by `dataclasses.replace`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.events import Subject

AT: Final = datetime(2027, 5, 1, tzinfo=UTC)
BADGE: Final = Badge(
    badge_id="b-p-1",
    subject=Subject("small", "p-1", "egypt"),
    serial=1,
    number="0001-1",
    credential="BWB1:X",
    key_id="07eb99",
    category="delegate",
    access=(),
    profile_version=1,
    valid_from=AT,
    valid_until=AT,
    state=BadgeState.ACTIVE,
    since=AT,
)
