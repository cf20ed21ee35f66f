"""Which sessions a participant may attend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.session_allocation.domain.programme import Session


@dataclass(frozen=True)
class Entitlement:
    """What one participant may attend; an accreditation that ended entitles to nothing."""

    participant_id: str
    delegation: str
    category: str
    accredited: bool
    sessions: tuple[str, ...]

    def under(self, sessions: Iterable[Session]) -> Entitlement:
        """The same participant under this programme, in its order."""
        entitled = (item.code for item in sessions if self.accredited and self.category in item.categories)
        return replace(self, sessions=tuple(entitled))
