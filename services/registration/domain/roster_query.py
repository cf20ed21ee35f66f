"""Which of a delegation's people are looked at: by category, state, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.registration.domain.participant import GONE, State
from services.registration.domain.registration_form import Form
from services.registration.domain.standing import Turn


@dataclass(frozen=True)
class RosterQuery:
    """`categories` are in the conference file's order, in which people of one precedence follow one another.

    Empty `of_categories` and `states` mean any. `forms` are the present ones: what they ask and somebody lacks makes it
    the delegation's turn. Without `drafts` nobody is seen who was never submitted; with `among` only these are.
    """

    delegation: str
    categories: Sequence[str]
    forms: Mapping[str, Form]
    of_categories: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    turn: Turn | None = None
    drafts: bool = True
    among: tuple[str, ...] | None = None


def possible_doubles(delegation: str) -> RosterQuery:
    """Of whom of a list somebody may be the double: drafts too, and not who is gone."""
    return RosterQuery(delegation, (), {}, states=tuple(state.value for state in State if state not in GONE))


@dataclass(frozen=True)
class RosterCounts:
    """Everybody by state and by whose turn it is, and how many badges are active."""

    states: Mapping[str, int]
    turns: Mapping[str, int]
    active: int

    @property
    def all(self) -> int:
        return sum(self.states.values())
