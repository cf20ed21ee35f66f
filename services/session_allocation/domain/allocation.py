"""An allocation: who gets which seat, by min-cost flows for each slot, with the reason for each unmet wish.

Never broken: a room's capacity, one seat a person and slot, who may attend. Then, each in full before the next:

1. What is held for a delegation can't be taken from it: those of its people whom its held seats would seat get that
   seat, or one that they wish more.
2. As many people as possible are seated.
3. The wishes of principals (of the first category of a session that they wish in the slot), then everybody's, are met
   as dearly as possible.
4. Between equal claims, seats are spread over delegations.

What is still equal is drawn by a lot that the conference and the participant decide, so that the same input has the
same answer and nobody gains by having registered early. Nobody is kept from an empty seat that they wish more.

The network of a slot: source → participant → the delegation's seats in a session → session → sink, and a way past all
sessions for who gets none. The delegation's k-th seat in a session is an arc of its own, whose cost grows with k: that
is what spreads them (convex costs; Ahuja, Magnanti and Orlin, Network Flows, section 14).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from services.session_allocation.domain.errors import AllocationTooLargeError
from services.session_allocation.domain.programme import Programme, Session
from services.session_allocation.domain.reasons import Figures, Outcome, explained
from services.session_allocation.domain.standing import Claim, Standing, would_take

COST_MAX: Final = 1 << 62
SOURCE, SINK = 0, 1


@dataclass(frozen=True)
class Sums:
    """One session's figures; `wished` counts the entitled who wish it."""

    session: str
    capacity: int
    wished: int
    seated: int
    waiting: int


@dataclass(frozen=True)
class Allocation:
    outcomes: Mapping[str, Outcome]
    sums: tuple[Sums, ...]


@dataclass
class Network:
    """A min-cost flow problem: arcs of (tail, head, capacity, cost), and what each node supplies; `SINK` takes it."""

    arcs: list[tuple[int, int, int, int]] = field(default_factory=list)
    supplies: dict[int, int] = field(default_factory=dict)
    nodes: int = 2

    def node(self) -> int:
        self.nodes += 1
        return self.nodes - 1


class FlowSolver(Protocol):
    async def solve(self, networks: Sequence[Network]) -> Sequence[Sequence[int]]:
        """The flow on each arc of each network, at the least cost. The same networks have the same answer."""
        ...


@dataclass(frozen=True)
class _Weights:
    """What each promise weighs: one unit of a promise is more than all that the lesser ones can sum up to.

    The unit of the least, spreading, is 1.
    """

    rank: int
    principal: int
    seat: int

    @classmethod
    def of(cls, claims: Sequence[Claim], principals: int, sessions: int) -> _Weights:
        people = len(claims)
        largest = max(Counter(claim.delegation for claim in claims).values())
        rank = people * largest + 1
        principal = people * sessions * rank + rank
        seat = principals * sessions * principal + principal
        # The solver multiplies costs by the number of nodes; past 64 bits it would answer nonsense.
        if seat * 2 * (people * (sessions + 1) + sessions + 2) >= COST_MAX:
            raise AllocationTooLargeError(people)
        return cls(rank, principal, seat)


class SlotProblem:
    """One slot's two problems: what holds guarantee, then the allocation that keeps it."""

    def __init__(self, slot: Sequence[Session], claims: Iterable[Claim]) -> None:
        self._slot = {session.code: session for session in slot}
        self._wishes = {claim: wishes for claim in claims if (wishes := self._possible(claim))}
        self._choices: dict[int, tuple[str, str]] = {}
        claims = list(self._wishes)
        principals = sum(1 for claim in claims if any(self._is_principal(claim, code) for code in self._wishes[claim]))
        self._weights = _Weights.of(claims, principals, len(self._slot)) if claims else None

    def guarantee(self) -> Network:
        """Delegations apart: each has its held seats and no others."""
        return self._network({code: session.held_seats for code, session in self._slot.items()}, {})

    def allocation(self, guaranteed: Mapping[str, str]) -> Network:
        """All together; whoever is guaranteed a seat gets it or one that they wish more."""
        return self._network(None, guaranteed)

    def seats(self, flows: Sequence[int]) -> dict[str, str]:
        """Who sits where by the flows of the network that was made last: participant to session."""
        return {who: session for arc, (who, session) in self._choices.items() if flows[arc]}

    def _possible(self, claim: Claim) -> list[str]:
        return [code for code in claim.wishes if code in self._slot and code in claim.entitled]

    def _is_principal(self, claim: Claim, code: str) -> bool:
        return self._slot[code].precedence(claim.category) == 0

    def _network(self, held: Mapping[str, int] | None, guaranteed: Mapping[str, str]) -> Network:
        network = Network()
        self._choices = {}
        doors = {code: network.node() for code in self._slot}
        wanting = Counter((claim.delegation, code) for claim, wishes in self._wishes.items() for code in wishes)
        blocks = {pair: network.node() for pair in sorted(wanting)}
        free = 0
        for claim in self._wishes:
            person = network.node()
            seat = guaranteed.get(claim.participant_id)
            if seat is None:
                free += 1
                network.arcs.append((SOURCE, person, 1, 0))
            else:
                network.supplies[person] = 1
            self._add_choices(network, claim, person, seat, blocks)
        network.arcs.append((SOURCE, SINK, free, 0))
        network.supplies |= {SOURCE: free, SINK: -len(self._wishes)}
        for (delegation, code), block in blocks.items():
            seats = wanting[delegation, code] if held is None else held[code]
            for seat_number in range(min(seats, wanting[delegation, code])):
                network.arcs.append((block, doors[code], 1, seat_number))
        for code, door in doors.items():
            network.arcs.append((door, SINK, self._slot[code].capacity or 0, 0))
        return network

    def _add_choices(
        self, network: Network, claim: Claim, person: int, guaranteed: str | None, blocks: Mapping[tuple[str, str], int]
    ) -> None:
        weights = self._weights
        assert weights is not None, "there is a claim"
        # One unit for all of a person's wishes in the slot: else a dearer seat could cost more than a less dear one.
        principal = any(self._is_principal(claim, code) for code in self._wishes[claim])
        unit = weights.principal if principal else weights.rank
        for rank, code in enumerate(self._wishes[claim]):
            self._choices[len(network.arcs)] = (claim.participant_id, code)
            network.arcs.append((person, blocks[claim.delegation, code], 1, rank * unit - weights.seat))
            if code == guaranteed:
                return


async def allocate(programme: Programme, claims: Iterable[Claim], solver: FlowSolver, *, lot: str) -> Allocation:
    """The allocation of a programme. `lot` names the conference: it decides between what is equal in all else.

    Raises AllocationTooLargeError when the promises' weights would not fit the solver's integers.
    """
    drawn = sorted(claims, key=lambda claim: lot_of(lot, claim.participant_id))
    problems = [SlotProblem(slot, drawn) for slot in programme.slots()]
    held = await solver.solve([problem.guarantee() for problem in problems])
    guaranteed = [problem.seats(flow) for problem, flow in zip(problems, held, strict=True)]
    networks = [problem.allocation(seats) for problem, seats in zip(problems, guaranteed, strict=True)]
    flows = await solver.solve(networks)
    seats: dict[str, set[str]] = {}
    for problem, flow in zip(problems, flows, strict=True):
        for who, code in problem.seats(flow).items():
            seats.setdefault(who, set()).add(code)
    return _with_reasons(programme, drawn, seats)


def lot_of(lot: str, participant_id: str) -> bytes:
    return hashlib.sha256(f"{lot}\0{participant_id}".encode()).digest()


def _with_reasons(programme: Programme, claims: Sequence[Claim], seats: Mapping[str, set[str]]) -> Allocation:
    wished = Counter(code for claim in claims for code in claim.wishes if _possible(programme, claim, code))
    seated = Counter(code for codes in seats.values() for code in codes)
    own = Counter((claim.delegation, code) for claim in claims for code in seats.get(claim.participant_id, ()))
    lines = {session.code: _waiting_list(programme, session, claims, seats, own) for session in programme.allocated}
    places = {(who, code): place for code, line in lines.items() for place, who in enumerate(line, start=1)}
    figures = Figures(wished, own, places)
    outcomes: dict[str, Outcome] = {}
    for claim in claims:
        who = claim.participant_id
        ordered = tuple(code for code in programme.sessions if code in seats.get(who, ()))
        waiting = {code: places[who, code] for code in lines if (who, code) in places}
        outcomes[who] = explained(programme, claim, Standing(who, claim.delegation, ordered, waiting), figures)
    sums = tuple(
        Sums(
            session=session.code,
            capacity=session.capacity or 0,
            wished=wished[session.code],
            seated=seated[session.code],
            waiting=len(lines[session.code]),
        )
        for session in programme.allocated
    )
    return Allocation(outcomes, sums)


def _possible(programme: Programme, claim: Claim, code: str) -> bool:
    return code in claim.entitled and bool(programme.slot_of(code))


def _waiting_list(
    programme: Programme,
    session: Session,
    claims: Sequence[Claim],
    seats: Mapping[str, set[str]],
    own: Mapping[tuple[str, str], int],
) -> list[str]:
    """Who waits for a seat, in order: those of the delegations with fewest seats first, then precedence, rank."""
    waiting = [
        claim
        for claim in claims
        if would_take(programme, claim, seats.get(claim.participant_id, frozenset()), session.code)
    ]
    waiting.sort(
        key=lambda claim: (
            own.get((claim.delegation, session.code), 0),
            session.precedence(claim.category),
            claim.rank(session.code),
        )
    )
    return [claim.participant_id for claim in waiting]
