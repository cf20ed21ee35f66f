"""What a row of the table says, and how much of it is tried."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.testing.history import History
from shared.testing.invariants import violations


@dataclass(frozen=True)
class Scale:
    """How much is tried: a short form in `make test`, some minutes by default, the full numbers when asked."""

    name: str
    kills: int
    commands: int
    late_events: int
    hold_s_max: float
    redelivered: int
    broker_faults: int
    mongo_faults: int
    membership_s: int
    poisoned_among: int
    simulated: int
    stalls: int
    stops: int
    letters: int
    rebuilt: int
    touches: int
    badge_kills: int
    badge_calls: int


SHORT = Scale("short", 6, 120, 640, 1.0, 150, 1, 2, 12, 400, 80, 1, 2, 3, 400, 200, 4, 40)
DEFAULT = Scale("default", 18, 1_200, 6_400, 5.0, 1_000, 4, 4, 45, 2_000, 1_000, 2, 4, 12, 20_000, 1_000, 12, 400)
FULL = Scale(
    "full", 200, 20_000, 100_000, 5.0, 20_000, 50, 30, 300, 20_000, 20_000, 10, 20, 60, 1_000_000, 10_000, 60, 6_000
)
SCALES = {scale.name: scale for scale in (SHORT, DEFAULT, FULL)}


@dataclass(frozen=True)
class Outcome:
    """`tried` says with how much, `says` what was seen; held when nothing was broken."""

    promise: str
    tried: str
    held: bool
    says: str
    took_s: float


async def judged(promise: str, work: Callable[[], Awaitable[tuple[str, History, list[str]]]]) -> Outcome:
    """Run a row: it answers what it tried, the history to check, and whatever else is wrong."""
    began = time.monotonic()
    tried, history, wrong = await work()
    broken = violations(history)
    wrong += [f"{each.invariant}: {each.says}" for each in broken[:3]]
    if len(broken) > 3:
        wrong.append(f"and {len(broken) - 3} more")
    says = "; ".join(wrong) if wrong else f"{len(history):,} facts checked"
    return Outcome(promise, tried, not wrong, says, time.monotonic() - began)
