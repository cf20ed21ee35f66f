"""Why a wish is not met.

No reason is kept with what is in force: whoever asks is told anew, from seats, lists, people, wishes and programme. So
none can go stale, whatever happened since the allocation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from services.session_allocation.domain.programme import Programme
from services.session_allocation.domain.standing import Claim, Standing

SESSION_GONE: Final = "session_gone"
NOT_ENTITLED: Final = "not_entitled"
BETTER_WISH_MET: Final = "better_wish_met"
FULL: Final = "full"
GIVEN_AWAY: Final = "given_away"
NEXT_ALLOCATION: Final = "next_allocation"
CODES: Final = (SESSION_GONE, NOT_ENTITLED, BETTER_WISH_MET, FULL, GIVEN_AWAY, NEXT_ALLOCATION)


@dataclass(frozen=True)
class Unmet:
    """A wish that is not met, and why, with the figures that show it."""

    session: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a participant has, the turns on waiting lists being places from 1, and each wish that is not met."""

    standing: Standing
    unmet: tuple[Unmet, ...]


@dataclass(frozen=True)
class Figures:
    """What a full session's reason shows.

    `wished` counts the entitled who wish a session, `own` the seats by delegation and session, `places` those on
    waiting lists by participant and session.
    """

    wished: Mapping[str, int]
    own: Mapping[tuple[str, str], int]
    places: Mapping[tuple[str, str], int]


def explained(programme: Programme, claim: Claim, standing: Standing, figures: Figures) -> Outcome:
    """The standing, which is in step with the programme and the claim, with each wish that it does not meet and why."""
    places = {code: figures.places[standing.participant_id, code] for code in standing.waiting}
    placed = replace(standing, waiting=places)
    unmet = (
        _reason(programme, claim, placed, code, figures)
        for code in claim.wishes
        if code not in standing.seats and not _open_to(programme, claim, code)
    )
    return Outcome(placed, tuple(unmet))


def _open_to(programme: Programme, claim: Claim, code: str) -> bool:
    """Whether being entitled is all it takes."""
    return code in claim.entitled and code in programme.sessions and programme.sessions[code].capacity is None


def _reason(programme: Programme, claim: Claim, standing: Standing, code: str, figures: Figures) -> Unmet:
    if code not in programme.sessions:
        return Unmet(code, SESSION_GONE)
    if code not in claim.entitled:
        return Unmet(code, NOT_ENTITLED)
    slot = programme.slot_of(code)
    dearer = [seat for seat in standing.seats if seat in slot and claim.rank(seat) < claim.rank(code)]
    if dearer:
        return Unmet(code, BETTER_WISH_MET, {"instead": min(dearer, key=claim.rank)})
    if code in standing.waiting:
        shown = {
            "capacity": programme.sessions[code].capacity,
            "wished": figures.wished.get(code, 0),
            "own": figures.own.get((claim.delegation, code), 0),
            "place": standing.waiting[code],
        }
        return Unmet(code, FULL, shown)
    return Unmet(code, GIVEN_AWAY if code in standing.given else NEXT_ALLOCATION)
