"""Destroy each kind of personal data when its date has come, and tell of it; a legal hold stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from services.registration.application.erase_people import ERASERS
from services.registration.domain.ports import Erasures, KeptInMemory, Sweeps
from services.registration.domain.retention import Destroyed, Sweep, Term, terms
from services.registration.vault.people_index import PeopleIndex
from services.registration.vault.retention import VaultRetention
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.security.principal import Principal
from shared.world import World


@dataclass(frozen=True)
class RetentionParts:
    conference: ConferenceCopy
    erasures: Erasures
    sweeps: Sweeps
    vault: VaultRetention
    index: PeopleIndex
    in_memory: KeptInMemory
    unit_of_work: UnitOfWork
    world: World


class ApplyRetention:
    """A step at a time: at most 200 people's values of one kind in one commit, so that nobody waits behind it."""

    def __init__(self, parts: RetentionParts) -> None:
        self._parts = parts

    async def __call__(self) -> bool:
        """Whether there is more to do now."""
        conference = await self._parts.conference.current()
        if conference is None:
            return False
        today = _today(conference, self._parts.world)
        for term in _terms(conference):
            if term.is_over(today) and await self._destroy_some(conference.id, term):
                return True
        return False

    async def _destroy_some(self, conference_id: str, term: Term) -> int:
        parts = self._parts

        async def work(tx: Transaction) -> list[str]:
            held = await parts.erasures.all_held(tx)
            sweep = await parts.sweeps.within(tx, term.kind)
            gone = await parts.vault.destroy_some(tx, term.kind, held=held, since=sweep.swept_to)
            if gone:
                await parts.sweeps.forget_made_from(tx, term.kind, gone)
                count = len(gone)
                more = replace(sweep, destroyed=sweep.destroyed + count, untold=sweep.untold + count, at=tx.now)
                await parts.sweeps.save(tx, more)
                return gone
            if sweep.untold:
                tx.emit(Destroyed(conference_id, term, sweep.untold, len(held)))
            await parts.sweeps.save(tx, replace(sweep, untold=0, swept_to=tx.now))
            return []

        cause = Cause(parts.world.new_id(), None, None, "service:registration")
        gone = await parts.unit_of_work.run(work, cause=cause)
        if gone:
            await parts.index.forget(gone)
            parts.in_memory.forget()
        return len(gone)


@dataclass(frozen=True)
class Kept:
    """A kind of data with its date, what was destroyed of it, and whether reading it was tried and failed."""

    term: Term
    is_over: bool
    sweep: Sweep
    can_be_read: bool


@dataclass(frozen=True)
class Retention:
    """`held` is how many people a legal hold stands on."""

    kept: tuple[Kept, ...]
    held: int


class ShowRetention:
    def __init__(self, parts: RetentionParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal) -> Retention:
        """What is kept until when; of what should be gone, whether any can still be read."""
        principal.require(*ERASERS)
        parts = self._parts
        conference = await parts.conference.current()
        if conference is None:
            return Retention((), 0)
        today, sweeps = _today(conference, parts.world), await parts.sweeps.all()
        held = await parts.erasures.all_held(None)
        return Retention(
            tuple([await self._kept(term, today, sweeps.get(term.kind), held) for term in _terms(conference)]),
            len(held),
        )

    async def _kept(self, term: Term, today: date, sweep: Sweep | None, held: Sequence[str]) -> Kept:
        is_over = term.is_over(today)
        can_be_read = await self._parts.vault.is_there(term.kind, held=held) if is_over else True
        return Kept(term, is_over, sweep or Sweep(term.kind), can_be_read)


def _terms(conference: Conference) -> tuple[Term, ...]:
    return terms([(rule.kinds, rule.days_after) for rule in conference.retention], conference.last_day)


def _today(conference: Conference, world: World) -> date:
    return world.now().astimezone(ZoneInfo(conference.timezone)).date()
