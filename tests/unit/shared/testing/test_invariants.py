"""Each checker passes a good history and names what is broken in a bad one, at the fact that broke it."""

from __future__ import annotations

import pytest

from shared.contracts.accreditation import BadgeActivated
from shared.contracts.sequence import NUMBERS
from shared.testing.history import (
    Activated,
    Admitted,
    Answer,
    Answered,
    Applied,
    Committed,
    DeadLettered,
    Ended,
    Fact,
    Folded,
    Places,
    Poisoned,
    RevocationSeen,
    ScanKept,
    Scanned,
    facts_of_events,
)
from shared.testing.invariants import CHECKERS, violations


def committed(sequence: int, *, command: str | None = None, event: str = "") -> Committed:
    return Committed("t", "k", sequence, event or f"e-{sequence}", command)


def restored(epoch: int, predecessor: int) -> Committed:
    """The first event of an epoch."""
    return Committed("t", "k", epoch * NUMBERS + 1, f"e-{epoch * NUMBERS + 1}", predecessor=predecessor)


def applied(sequence: int) -> Applied:
    return Applied("g", "t", "k", sequence, f"e-{sequence}")


GOOD: dict[str, tuple[Fact, ...]] = {
    "I1": (
        Answered("c-1", Answer.UNKNOWN),
        committed(1, command="c-1"),
        Answered("c-1", Answer.DONE),
        Answered("c-2", Answer.REFUSED),
        Answered("c-3", Answer.UNKNOWN),
    ),
    "I2": (committed(1), committed(2), Committed("t", "other", 1, "o-1"), restored(7, predecessor=1)),
    "I3": (committed(1), committed(2), applied(1), applied(2)),
    "I4": (Places("s", 2, 2, 1, 0, 3), Places("s", 2, 2, 0, 1, 3)),
    "I5": (Activated("p", "b-1"), Ended("p", "b-1"), Activated("p", "b-2"), Activated("q", "b-3")),
    "I6": (Admitted("g", "b"), RevocationSeen("g", "b"), Admitted("h", "b")),
    "I7": (Scanned("d", 1), ScanKept("d", 1), ScanKept("d", 2)),
    "I8": (Folded("m", "l", "a", "x"), Folded("m", "l", "b", "x"), Folded("m", "other", "a", "y")),
    "dead letters": (Poisoned("g", "e-1"), DeadLettered("g", "e-1"), DeadLettered("g", "e-1")),
}
BROKEN: list[tuple[str, tuple[Fact, ...], int]] = [
    ("I1", (Answered("c", Answer.DONE),), 1),
    ("I1", (committed(1, command="c"), committed(2, command="c"), Answered("c", Answer.DONE)), 3),
    ("I1", (committed(1, command="c"), Answered("c", Answer.REFUSED)), 2),
    ("I1", (committed(1, command="c"), Answered("c", Answer.UNKNOWN, events=2)), 2),
    ("I1", (committed(1, command="c"), Answered("c", Answer.DONE), Answered("c", Answer.REFUSED)), 2),
    ("I2", (committed(1), committed(3)), 1),
    ("I2", (committed(1), committed(1, event="again")), 1),
    ("I2", (committed(1), committed(2, event="e-1")), 1),
    ("I2", (committed(1), restored(7, predecessor=2)), 1),
    ("I2", (committed(1), restored(7, predecessor=1), restored(7, predecessor=1)), 2),
    ("I3", (committed(1), applied(1), applied(1)), 2),
    ("I3", (committed(1), restored(7, predecessor=1), applied(7 * NUMBERS + 1)), 2),
    ("I3", (committed(1), committed(2), applied(2), applied(1)), 2),
    ("I3", (committed(1), committed(2), applied(1)), 3),
    ("I3", (applied(1),), 0),
    ("I4", (Places("s", 2, 3, 0, 0, 3),), 0),
    ("I4", (Places("s", 2, 1, 0, 0, 2),), 0),
    ("I4", (Places("s", 2, -1, 1, 0, 0),), 0),
    ("I5", (Activated("p", "b-1"), Activated("p", "b-2")), 1),
    ("I6", (RevocationSeen("g", "b"), Admitted("g", "b")), 1),
    ("I7", (Scanned("d", 1), Scanned("d", 2), ScanKept("d", 1)), 3),
    ("I7", (ScanKept("d", 1), ScanKept("d", 1)), 1),
    ("I8", (Folded("m", "l", "a", "x"), Folded("m", "l", "b", "y")), 1),
    ("dead letters", (DeadLettered("g", "e-1"),), 0),
    ("dead letters", (Poisoned("g", "e-1"),), 1),
]


@pytest.mark.parametrize("invariant", CHECKERS)
def test_a_good_history_passes(invariant: str) -> None:
    assert list(CHECKERS[invariant](GOOD[invariant])) == []


@pytest.mark.parametrize(("invariant", "history", "at"), BROKEN)
def test_what_is_broken_is_found_where_it_broke(invariant: str, history: tuple[Fact, ...], at: int) -> None:
    found = violations(history)
    assert (invariant, at) in {(violation.invariant, violation.at) for violation in found}


def test_a_log_of_events_tells_of_badges() -> None:
    event = BadgeActivated(conference_id="c", participant_id="p", delegation="egy", badge_id="b", serial=1)
    assert facts_of_events([event]) == (Activated("p", "b"),)
