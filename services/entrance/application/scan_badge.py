"""Decide on a scan at a gate, and write it down before the light turns green."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from services.entrance.domain.access_decision import AccessDecision, Direction, GateRules, Passage, Scan, decide
from services.entrance.domain.badge import Badge
from services.entrance.domain.errors import ExitsNotReadError, ScanNumberReusedError
from services.entrance.domain.ports import (
    Badges,
    Bearer,
    GateView,
    LogState,
    Reference,
    ScanEntry,
    ScanLog,
    Statuses,
    Tokens,
)
from services.entrance.domain.printed_number import normalised
from services.entrance.domain.token import Token
from shared.errors import BusyError
from shared.messaging.cause import Cause
from shared.messaging.locks import KeyedLocks
from shared.security.credential import CredentialError
from shared.security.principal import Principal, Role
from shared.token_numbers import read_token_number
from shared.world import World

TRIES_MAX: Final = 5


@dataclass(frozen=True)
class ScanBadge:
    """A read at a gate: the credential's text, or the printed number when the symbol cannot be read.

    (`device`, `device_sequence`) names the scan for ever: sent twice it has one effect and one answer. `tokens` are the
    numbers on what is shown beside the badge.
    """

    gate: str
    direction: Direction
    device: str
    device_sequence: int
    credential: str | None = None
    number: str | None = None
    face_checked: bool = False
    accompanied: bool = False
    tokens: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Tells whether two scans under one number are the same, without keeping the credential."""
        parts = (
            self.gate,
            self.direction.value,
            self.credential or "",
            normalised(self.number or ""),
            str(self.face_checked),
            str(self.accompanied),
            *self.tokens,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class ScanBadgeHandler:
    def __init__(
        self, log: ScanLog, badges: Badges, tokens: Tokens, statuses: Statuses, reference: Reference, world: World
    ) -> None:
        self._log = log
        self._badges = badges
        self._tokens = tokens
        self._statuses = statuses
        self._reference = reference
        self._world = world
        self._locks = KeyedLocks()

    async def __call__(self, principal: Principal, scan: ScanBadge, cause: Cause) -> ScanEntry:
        """The scan as it was decided and written; a scan sent before answers as it did then.

        Raises UnknownGateError, ExitsNotReadError, NoConferenceError, ScanNumberReusedError, BusyError.
        """
        principal.require(Role.GUARD, Role.SUPERVISOR)
        gate, rules = await self._reference.gate(scan.gate)
        if scan.direction is Direction.OUT and not gate.reads_exits:
            raise ExitsNotReadError(gate.code)
        problem, badge = await self._identify(scan)
        badge = self._statuses.by_list(badge) if badge else None
        tokens = tuple([await self._token(number) for number in scan.tokens])
        key = badge.participant_id if badge else f"gate:{gate.code}"
        async with self._locks.hold(key):
            for attempt in range(TRIES_MAX):
                if (earlier := await self._earlier(scan, only_when=attempt > 0)) is not None:
                    return earlier
                state = await self._log.state(key, fresh=attempt > 0)
                read = _Read(scan, gate, rules, key, problem, badge, tokens)
                entry = self._decide(principal, read, state)
                written = await self._log.append(
                    entry,
                    sequence=state.sequence + 1,
                    correlation_id=cause.correlation_id,
                    actor=principal.account_id,
                )
                if written:
                    return entry
        raise BusyError

    async def _identify(self, scan: ScanBadge) -> tuple[str | None, Badge | None]:
        """Why the credential does not hold (None when it does), and whose badge it is."""
        if scan.credential is None:
            return None, await self._badges.by_number(normalised(scan.number or ""))
        try:
            badge_id = await self._reference.verify(scan.credential)
        except CredentialError as error:
            return error.code.removeprefix("credential."), None
        return None, await self._badges.by_id(badge_id)

    async def _token(self, number: str) -> Token | None:
        read = read_token_number(number)
        return await self._tokens.by_number(*read) if read else None

    def _decide(self, principal: Principal, read: _Read, state: LogState) -> ScanEntry:
        scan = read.scan
        facts = Scan(
            at=self._world.now(),
            direction=scan.direction,
            problem=read.problem,
            by_number=scan.credential is None,
            by_supervisor=Role.SUPERVISOR in principal.roles,
            face_checked=scan.face_checked,
            accompanied=scan.accompanied,
            tokens=read.tokens,
        )
        decision = decide(facts, read.badge, read.rules, state.passage)
        return ScanEntry(
            scan_id=self._world.new_id(),
            conference_id=read.gate.conference_id,
            key=read.key,
            gate=read.gate.code,
            zone=read.gate.zone,
            direction=scan.direction,
            device=scan.device,
            device_sequence=scan.device_sequence,
            fingerprint=scan.fingerprint(),
            at=facts.at,
            decision=decision,
            bearer=Bearer.of(read.badge) if read.badge else None,
            face_checked=scan.face_checked,
            accompanied=scan.accompanied,
            tokens=tuple(token.token_id for token in read.tokens if token),
            passage=_passage_after(decision, facts, read.gate, state.passage),
        )

    async def _earlier(self, scan: ScanBadge, *, only_when: bool) -> ScanEntry | None:
        """The answer to the same scan sent before.

        Looked for only after a write was refused: the index finds it then.
        """
        if not only_when:
            return None
        earlier = await self._log.by_device(scan.device, scan.device_sequence)
        if earlier is not None and earlier.fingerprint != scan.fingerprint():
            raise ScanNumberReusedError(scan.device, scan.device_sequence)
        return earlier


@dataclass(frozen=True)
class _Read:
    """A scan with what it was found to be about."""

    scan: ScanBadge
    gate: GateView
    rules: GateRules
    key: str
    problem: str | None
    badge: Badge | None
    tokens: tuple[Token | None, ...]


def _passage_after(decision: AccessDecision, scan: Scan, gate: GateView, before: Passage | None) -> Passage | None:
    """Only who is let through has passed; a repeated answer leaves the first passage's time standing."""
    if not decision.lets_through or decision.repeated:
        return before
    return Passage(gate.zone, gate.code, scan.direction, scan.at)
