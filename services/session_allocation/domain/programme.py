"""The programme as allocation sees it: sessions with seats to give, and the slots that they compete in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cached_property

Words = Mapping[str, str]
"""A name in the three languages, by language code."""


@dataclass(frozen=True)
class Session:
    """A session. `capacity` is None where everybody entitled may come and no seats are given.

    `categories` may attend, in order of precedence; `held_seats` are held for each delegation.
    """

    code: str
    title: Words
    room: Words | None
    day: int
    starts: time
    ends: time
    categories: tuple[str, ...]
    capacity: int | None
    held_seats: int

    def overlaps(self, other: Session) -> bool:
        return self.day == other.day and self.starts < other.ends and other.starts < self.ends

    def precedence(self, category: str) -> int:
        """0 for who goes first. The category must be among those that may attend."""
        return self.categories.index(category)


@dataclass(frozen=True)
class Programme:
    """Sessions by code, in the programme's order."""

    sessions: Mapping[str, Session]

    @classmethod
    def of(cls, sessions: Iterable[Session]) -> Programme:
        in_order = sorted(sessions, key=lambda item: (item.day, item.starts, item.code))
        return cls({session.code: session for session in in_order})

    @property
    def allocated(self) -> list[Session]:
        """The sessions whose seats are given by an allocation."""
        return [session for session in self.sessions.values() if session.capacity is not None]

    def slots(self) -> list[tuple[Session, ...]]:
        """Allocated sessions that overlap, directly or through others: one person has one seat in a slot at most."""
        slots: list[list[Session]] = []
        for session in self.allocated:
            touching = [slot for slot in slots if any(session.overlaps(other) for other in slot)]
            joined = [other for slot in touching for other in slot] + [session]
            slots = [slot for slot in slots if slot not in touching] + [joined]
        return [tuple(slot) for slot in slots]

    def slot_of(self, code: str) -> tuple[str, ...]:
        """The codes of the session's slot, itself among them; empty where no seats are given."""
        return self._slot_by_code.get(code, ())

    @cached_property
    def _slot_by_code(self) -> Mapping[str, tuple[str, ...]]:
        slots = [tuple(session.code for session in slot) for slot in self.slots()]
        return {code: slot for slot in slots for code in slot}
