"""What a participant claims and has, and what of it stays when people, wishes or the programme change.

Sessions have an order for each participant: those that they wish, the dearest first, then all others. Seats and waiting
lists follow it: nobody waits for what is less dear than a seat that they have in the same slot, so that a freed seat
never costs anybody a dearer one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from services.session_allocation.domain.programme import Programme


@dataclass(frozen=True)
class Claim:
    """A participant's wishes, the first the dearest; `entitled` is what the participant may attend at all."""

    participant_id: str
    delegation: str
    category: str
    wishes: tuple[str, ...]
    entitled: frozenset[str]

    def rank(self, code: str) -> int:
        """0 for the dearest wish; what is not wished comes after every wish."""
        return self.wishes.index(code) if code in self.wishes else len(self.wishes)


@dataclass(frozen=True)
class Standing:
    """What a participant has: seats, in the programme's order, and turns on waiting lists (session to turn).

    A turn is the place that the allocation gave; others may have left the list since, nobody can have joined it.
    `given` are the sessions whose seats went to a colleague since then.
    """

    participant_id: str
    delegation: str
    seats: tuple[str, ...] = ()
    waiting: Mapping[str, int] = field(default_factory=dict)
    given: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What others are told of it: the seats, and the sessions that are waited for."""
        return self.seats, tuple(sorted(self.waiting))


def would_take(programme: Programme, claim: Claim, seats: Collection[str], code: str) -> bool:
    """Whether who has these seats would take a freed one: wishes it, may have it, has nothing as dear in the slot."""
    if code not in claim.wishes or code not in claim.entitled:
        return False
    slot = programme.slot_of(code)
    return bool(slot) and all(claim.rank(seat) > claim.rank(code) for seat in seats if seat in slot)


def in_step(programme: Programme, claim: Claim | None, standing: Standing) -> Standing:
    """What of the standing holds under this programme and claim; nothing for who is accredited no longer.

    Seats: where seats are given and the participant may attend; of two at the same time, the dearer. Turns: for what
    the participant would take, having those seats.
    """
    if claim is None:
        return Standing(standing.participant_id, standing.delegation)
    seats = _apart(programme, claim, standing.seats)
    waiting = {code: turn for code, turn in standing.waiting.items() if would_take(programme, claim, seats, code)}
    given = tuple(code for code in standing.given if code not in seats)
    return replace(standing, seats=seats, waiting=waiting, given=given)


def moved_in(programme: Programme, claim: Claim | None, standing: Standing, code: str) -> Standing:
    """In step, and with the freed seat in place of those of its slot, if the participant is still waiting for it."""
    present = in_step(programme, claim, standing)
    if code not in present.waiting:
        return present
    slot = programme.slot_of(code)
    seats = (*(seat for seat in present.seats if seat not in slot), code)
    return in_step(programme, claim, replace(present, seats=seats))


def _apart(programme: Programme, claim: Claim, seats: Collection[str]) -> tuple[str, ...]:
    kept: list[str] = []
    possible = [session for session in programme.allocated if session.code in seats and session.code in claim.entitled]
    for session in sorted(possible, key=lambda item: claim.rank(item.code)):
        if not any(session.overlaps(programme.sessions[other]) for other in kept):
            kept.append(session.code)
    return tuple(session.code for session in possible if session.code in kept)
