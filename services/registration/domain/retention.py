"""How long personal data is kept: each kind until its own date after the conference's last day, then never again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

# Fields whose values make a participant's keyed identity: with one of them gone, what was made of it goes too.
IDENTIFYING: Final = frozenset({"name_arabic", "name_latin", "birth_date", "document_number", "document_issuer"})


@dataclass(frozen=True)
class Term:
    """Until when a kind of data is kept: a field of the personal record, or a class of what lies beside it.

    It is kept the whole of `days_after` days after the last day, by the calendar of the conference's place.
    """

    kind: str
    days_after: int
    last_day: date

    @property
    def kept_until(self) -> date:
        return self.last_day + timedelta(days=self.days_after)

    def is_over(self, today: date) -> bool:
        return today > self.kept_until


@dataclass(frozen=True)
class Sweep:
    """What was destroyed of a kind so far, and of how much no event has told yet.

    Everything written before `swept_to` was looked at; None: look at everything.
    """

    kind: str
    destroyed: int = 0
    untold: int = 0
    at: datetime | None = None
    swept_to: datetime | None = None


@dataclass(frozen=True)
class Destroyed:
    """A kind's date came, and everything of it that no legal hold stands on is destroyed."""

    conference_id: str
    term: Term
    owners: int
    held: int


def terms(rules: Iterable[tuple[Iterable[str], int]], last_day: date) -> tuple[Term, ...]:
    """The conference file's rules, (kinds, days after the last day) each, in the order in which their dates come."""
    found = [Term(kind, days, last_day) for kinds, days in rules for kind in kinds]
    return tuple(sorted(found, key=lambda term: (term.days_after, term.kind)))
