"""The access decision: one pure function, so that every gate decides alike, online and without a network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from services.entrance.domain.badge import Access, Badge, BadgeState
from services.entrance.domain.token import Token, fault_of

REPEAT_WITHIN: Final = timedelta(seconds=15)


class Decision(StrEnum):
    ADMIT = "admit"
    REFER = "refer"
    REFUSE = "refuse"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Passback(StrEnum):
    OFF = "off"
    SOFT = "soft"
    TIMED = "timed"
    HARD = "hard"


@dataclass(frozen=True)
class GateRules:
    """An access point and the calendar it decides by.

    `passback_within` is the wait of a timed gate, `second_token` the kind that must be shown here beside the badge.
    """

    gate: str
    zone: str
    passback: Passback
    passback_within: timedelta
    timezone: ZoneInfo
    first_day: date
    second_token: str | None = None

    def day_of(self, at: datetime) -> int:
        """The conference day at this moment, 1 being the first; 0 and less are before it."""
        return (at.astimezone(self.timezone).date() - self.first_day).days + 1

    def local_time(self, at: datetime) -> time:
        return at.astimezone(self.timezone).time()


@dataclass(frozen=True)
class Passage:
    """The last time this participant was let through: where to, through which gate, which way."""

    zone: str
    gate: str
    direction: Direction
    at: datetime

    def is_inside(self, rules: GateRules, at: datetime) -> bool:
        """Inside the gate's zone today; at the end of the local day everybody counts as gone (night reset)."""
        same_day = rules.day_of(self.at) == rules.day_of(at)
        return same_day and self.direction is Direction.IN and self.zone == rules.zone


@dataclass(frozen=True)
class Scan:
    """A credential read at a gate. `problem` is why the credential itself does not hold, None when it verified.

    `by_number` says that the printed number was typed: it proves less than the signed credential, and only a supervisor
    may let somebody in by it. `face_checked` says that the guard has compared the bearer's face with the record, which
    the first presentation of an issued badge asks for; `accompanied` that the guard sees the escort. `tokens` are what
    was shown beside the badge, None for a number that is no token's.
    """

    at: datetime
    direction: Direction
    problem: str | None = None
    by_number: bool = False
    by_supervisor: bool = False
    face_checked: bool = False
    accompanied: bool = False
    tokens: tuple[Token | None, ...] = ()


@dataclass(frozen=True)
class AccessDecision:
    """The answer with its stable reason code. `repeated` says that it is an earlier answer given again."""

    decision: Decision
    reason: str
    repeated: bool = False

    @property
    def lets_through(self) -> bool:
        return self.decision is Decision.ADMIT


_MISSING: Final = {"floater": "floater_required", "pin": "pin_required", "media_pool_pass": "pool_pass_required"}
_STATE_REASONS: Final = {
    BadgeState.PREPARED: "not_activated",
    BadgeState.SUSPENDED: "suspended",
    BadgeState.WITHDRAWN: "revoked",
    BadgeState.REJECTED: "revoked",
    BadgeState.LOST: "lost",
    BadgeState.REPLACED: "replaced",
}


def decide(scan: Scan, badge: Badge | None, rules: GateRules, last: Passage | None) -> AccessDecision:
    """Decide on a scan.

    In this order, the first that applies: the credential does not hold; the badge is unknown; its state; its validity;
    the way out is free; zone; day; hours; a token that is shown and does not hold; a second token that the zone asks
    for and that is not shown; a number instead of a credential; the first presentation of a badge that was
    issued to a delegation; an escort who is missing; the same gate and direction again within 15 s; passback. What is
    about the badge comes before what is about the moment, so that a revoked badge is never called "too early".
    """
    if scan.problem is not None:
        return _refuse(scan.problem)
    if badge is None:
        return _refuse("unknown_badge")
    if reason := _STATE_REASONS.get(badge.state):
        return _refuse(reason)
    if scan.at < badge.valid_from:
        return _refuse("not_yet_valid")
    if scan.at >= badge.valid_until:
        return _refuse("expired")
    if scan.direction is Direction.OUT:
        return AccessDecision(Decision.ADMIT, "left")
    if reason := _outside_access(scan, badge, rules):
        return _refuse(reason)
    if reason := _tokens(scan, badge):
        return _refuse(reason)
    if rules.second_token and rules.second_token not in [token.kind for token in scan.tokens if token]:
        return AccessDecision(Decision.REFER, _MISSING[rules.second_token])
    if scan.by_number and not scan.by_supervisor:
        return AccessDecision(Decision.REFER, "number_only")
    if badge.state is BadgeState.ISSUED and not scan.face_checked:
        return AccessDecision(Decision.REFER, "face_check")
    if not scan.accompanied and all(access.only_with is not None for access in _covering(scan, badge, rules)):
        return AccessDecision(Decision.REFER, "escort_required")
    return _passback(scan, rules, last)


def _covering(scan: Scan, badge: Badge, rules: GateRules) -> list[Access]:
    """What of the badge's access opens this zone at this moment."""
    day, local = rules.day_of(scan.at), rules.local_time(scan.at)
    return [
        access for access in badge.access if access.zone == rules.zone and day in access.days and access.covers(local)
    ]


def _tokens(scan: Scan, badge: Badge) -> str | None:
    faults = (fault_of(token, badge) for token in scan.tokens)
    return next((fault for fault in faults if fault is not None), None)


def _outside_access(scan: Scan, badge: Badge, rules: GateRules) -> str | None:
    of_zone = [access for access in badge.access if access.zone == rules.zone]
    if not of_zone:
        return "wrong_zone"
    day = rules.day_of(scan.at)
    of_day = [access for access in of_zone if day in access.days]
    if not of_day:
        return "wrong_day"
    local = rules.local_time(scan.at)
    if not any(access.covers(local) for access in of_day):
        return "outside_hours"
    return None


def _passback(scan: Scan, rules: GateRules, last: Passage | None) -> AccessDecision:
    if last is None or not last.is_inside(rules, scan.at):
        return AccessDecision(Decision.ADMIT, "admitted")
    since = scan.at - last.at
    if last.gate == rules.gate and timedelta(0) <= since <= REPEAT_WITHIN:
        return AccessDecision(Decision.ADMIT, "admitted", repeated=True)
    match rules.passback:
        case Passback.HARD:
            return _refuse("already_inside")
        case Passback.SOFT:
            return AccessDecision(Decision.REFER, "already_inside")
        case Passback.TIMED if since < rules.passback_within:
            return _refuse("already_inside")
        case _:
            return AccessDecision(Decision.ADMIT, "admitted")


def _refuse(reason: str) -> AccessDecision:
    return AccessDecision(Decision.REFUSE, reason)
