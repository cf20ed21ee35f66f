"""Which sessions a category may attend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class SessionRule:
    code: str
    categories: frozenset[str]


@dataclass(frozen=True)
class Entitlement:
    """What one participant may attend; an accreditation that ended entitles to nothing."""

    participant_id: str
    delegation: str
    category: str
    accredited: bool
    sessions: tuple[str, ...]

    def under(self, rules: Iterable[SessionRule]) -> Entitlement:
        """The same participant under these rules, in the programme's order."""
        sessions = tuple(rule.code for rule in rules if self.accredited and self.category in rule.categories)
        return Entitlement(self.participant_id, self.delegation, self.category, self.accredited, sessions)
