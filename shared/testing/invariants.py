"""The checkers of I1 to I8 and of dead letters: pure functions from a recorded history to what is broken in it.

What must never happen is found at the fact that made it happen, so a history that passes does so at every prefix. What
must happen in the end is looked for when the history is over, after everything that was on its way has arrived.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts.sequence import Place
from shared.testing.history import (
    Activated,
    Admitted,
    Answer,
    Answered,
    Applied,
    Committed,
    DeadLettered,
    Ended,
    Folded,
    History,
    Places,
    Poisoned,
    RevocationSeen,
    ScanKept,
    Scanned,
)


@dataclass(frozen=True)
class Violation:
    """`at` is the index of the fact that broke the invariant; the history's length when something never came."""

    invariant: str
    at: int
    says: str


Checker = Callable[[History], Iterable[Violation]]


def one_effect_a_command(history: History) -> Iterator[Violation]:
    """I1: an acknowledged command has its events once, a refused one none; one of unknown fate all of them or none."""
    told: Counter[str] = Counter()
    promised: dict[str, int] = {}
    answers: dict[str, set[Answer]] = defaultdict(set)
    for at, fact in enumerate(history):
        if isinstance(fact, Answered):
            promised[fact.command_id] = fact.events
            answers[fact.command_id].add(fact.answer)
            if {Answer.DONE, Answer.REFUSED} <= answers[fact.command_id]:
                yield Violation("I1", at, f"command {fact.command_id} was both done and refused")
        elif isinstance(fact, Committed) and fact.command_id is not None:
            told[fact.command_id] += 1
    for command_id, events in promised.items():
        # An answer that was lost says nothing; one that came, before or after it, says all.
        if Answer.DONE in answers[command_id]:
            allowed = {events}
        else:
            allowed = {0} if Answer.REFUSED in answers[command_id] else {0, events}
        if told[command_id] not in allowed:
            says = f"command {command_id} ({', '.join(sorted(answers[command_id]))}) has {told[command_id]} events"
            yield Violation("I1", len(history), says)


def streams_without_gap_or_double(history: History) -> Iterator[Violation]:
    """I2: per stream, sequences are 1, 2, 3 … in each epoch; and no event has two places."""
    last: Counter[tuple[str, str]] = Counter()
    places: dict[str, tuple[str, str, int]] = {}
    for at, fact in enumerate(history):
        if not isinstance(fact, Committed):
            continue
        stream = (fact.topic, fact.key)
        if not fact.place.follows(last[stream]):
            yield Violation("I2", at, f"{stream} goes from {last[stream]} to {fact.sequence}")
        last[stream] = max(last[stream], fact.sequence)
        if fact.event_id in places:
            yield Violation("I2", at, f"event {fact.event_id} is at {places[fact.event_id]} and {stream}")
        places[fact.event_id] = (*stream, fact.sequence)


def effects_are_the_events(history: History) -> Iterator[Violation]:
    """I3: each group that follows a topic applies each of its events once, in the stream's order, and no other.

    From a poisoned event on a stream waits for an operator: that is no loss, but nothing may overtake it.
    """
    committed: dict[str, Committed] = {}
    streams: dict[str, list[Committed]] = defaultdict(list)
    done: dict[str, set[str]] = defaultdict(set)
    last: Counter[tuple[str, str, str]] = Counter()
    follows: set[tuple[str, str]] = set()
    poison = {(fact.group, fact.event_id) for fact in history if isinstance(fact, Poisoned)}
    for fact in history:
        if isinstance(fact, Committed):
            committed[fact.event_id] = fact
            streams[fact.topic].append(fact)
    for at, fact in enumerate(history):
        if not isinstance(fact, Applied):
            continue
        follows.add((fact.group, fact.topic))
        stream = (fact.group, fact.topic, fact.key)
        if fact.event_id not in committed:
            yield Violation("I3", at, f"{fact.group} applied {fact.event_id}, which nobody committed")
        if fact.event_id in done[fact.group]:
            yield Violation("I3", at, f"{fact.group} applied {fact.event_id} twice")
        elif not _place_of(fact, committed).follows(last[stream]):
            yield Violation("I3", at, f"{stream} applied {fact.sequence} after {last[stream]}")
        done[fact.group].add(fact.event_id)
        last[stream] = max(last[stream], fact.sequence)
    for group, topic in sorted(follows):
        waits = {event.key for event in streams[topic] if (group, event.event_id) in poison}
        lost = [
            event.event_id for event in streams[topic] if event.event_id not in done[group] and event.key not in waits
        ]
        if lost:
            yield Violation("I3", len(history), f"{group} never applied {len(lost)} events of {topic}: {lost[0]} …")


def _place_of(applied: Applied, committed: Mapping[str, Committed]) -> Place:
    event = committed.get(applied.event_id)
    return Place(applied.sequence, event.predecessor if event else None)


def places_are_conserved(history: History) -> Iterator[Violation]:
    """I4: allocated ≤ capacity, nothing below zero, and whoever asked is allocated, waiting or released."""
    for at, fact in enumerate(history):
        if not isinstance(fact, Places):
            continue
        if fact.allocated > fact.capacity:
            yield Violation("I4", at, f"{fact.of} has {fact.allocated} of {fact.capacity}")
        if min(fact.allocated, fact.waiting, fact.released) < 0:
            yield Violation("I4", at, f"{fact.of} counts below zero")
        if fact.allocated + fact.waiting + fact.released != fact.asked:
            sums = f"{fact.allocated} + {fact.waiting} + {fact.released}"
            yield Violation("I4", at, f"{fact.of}: {sums} is not the {fact.asked} who asked")


def one_active_badge(history: History) -> Iterator[Violation]:
    """I5: at most one active badge per participant, at any moment."""
    active: dict[str, set[str]] = defaultdict(set)
    for at, fact in enumerate(history):
        if isinstance(fact, Activated):
            active[fact.participant].add(fact.badge)
            if len(active[fact.participant]) > 1:
                yield Violation("I5", at, f"{fact.participant} has {len(active[fact.participant])} active badges")
        elif isinstance(fact, Ended):
            active[fact.participant].discard(fact.badge)


def no_admission_after_revocation(history: History) -> Iterator[Violation]:
    """I6: a gate that has seen a revocation admits that badge no more."""
    seen: set[tuple[str, str]] = set()
    for at, fact in enumerate(history):
        if isinstance(fact, RevocationSeen):
            seen.add((fact.gate, fact.badge))
        elif isinstance(fact, Admitted) and (fact.gate, fact.badge) in seen:
            yield Violation("I6", at, f"{fact.gate} admitted {fact.badge}, whose revocation it had seen")


def every_scan_survives_once(history: History) -> Iterator[Violation]:
    """I7: what a device showed is in the log once by (device, sequence)."""
    kept: set[tuple[str, int]] = set()
    shown: set[tuple[str, int]] = set()
    for at, fact in enumerate(history):
        if isinstance(fact, Scanned):
            shown.add((fact.device, fact.sequence))
        elif isinstance(fact, ScanKept):
            if (fact.device, fact.sequence) in kept:
                yield Violation("I7", at, f"scan {fact.device}/{fact.sequence} is kept twice")
            kept.add((fact.device, fact.sequence))
    for device, sequence in sorted(shown - kept):
        yield Violation("I7", len(history), f"scan {device}/{sequence} was shown and is not kept")


def folds_agree(history: History) -> Iterator[Violation]:
    """I8: one log has one fold, whatever order its devices were merged in."""
    first: dict[tuple[str, str], Folded] = {}
    for at, fact in enumerate(history):
        if isinstance(fact, Folded):
            known = first.setdefault((fact.model, fact.log), fact)
            if known.digest != fact.digest:
                says = f"{fact.model} of {fact.log} differs between the orders {known.order} and {fact.order}"
                yield Violation("I8", at, says)


def only_poison_is_dead_lettered(history: History) -> Iterator[Violation]:
    """A dead letter is about the record, never about an outage; and what cannot be applied is dead-lettered."""
    poison = {(fact.group, fact.event_id) for fact in history if isinstance(fact, Poisoned)}
    letters: set[tuple[str, str]] = set()
    for at, fact in enumerate(history):
        if isinstance(fact, DeadLettered):
            letters.add((fact.group, fact.event_id))
            if (fact.group, fact.event_id) not in poison:
                yield Violation("dead letters", at, f"{fact.group} dead-lettered {fact.event_id}, a good record")
    for group, event_id in sorted(poison - letters):
        yield Violation("dead letters", len(history), f"{group} dropped {event_id}")


CHECKERS: Final[dict[str, Checker]] = {
    "I1": one_effect_a_command,
    "I2": streams_without_gap_or_double,
    "I3": effects_are_the_events,
    "I4": places_are_conserved,
    "I5": one_active_badge,
    "I6": no_admission_after_revocation,
    "I7": every_scan_survives_once,
    "I8": folds_agree,
    "dead letters": only_poison_is_dead_lettered,
}


def violations(history: History) -> list[Violation]:
    """Everything that is broken in the history, invariant by invariant."""
    return [violation for checker in CHECKERS.values() for violation in checker(history)]
