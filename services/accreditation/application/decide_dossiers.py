"""Decide on dossiers, one or five hundred: each in a commit of its own, so that one that cannot be spoils no other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from services.accreditation.application.issue_badge import IssueBadge, end_badges
from services.accreditation.application.ports import Badges, Dossiers
from services.accreditation.domain.badge import Reason
from services.accreditation.domain.dossier import Approved, Dossier, DossierEvent, Rejected
from services.accreditation.domain.errors import UnknownDossierError
from shared.errors import Refusal
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role

AT_ONCE: Final = 8


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


@dataclass(frozen=True)
class DecideDossiers:
    """`releasable_code` is what the delegation of a rejected participant may know; `fields` what is to be corrected."""

    verdict: Verdict
    participant_ids: tuple[str, ...]
    releasable_code: str = "not_accredited"
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """One dossier's outcome: its state now, or why it was refused."""

    participant_id: str
    state: str | None
    refusal: str | None


class DecideDossiersHandler:
    def __init__(self, dossiers: Dossiers, badges: Badges, issue_badge: IssueBadge, unit_of_work: UnitOfWork) -> None:
        self._dossiers = dossiers
        self._badges = badges
        self._issue_badge = issue_badge
        self._unit_of_work = unit_of_work

    async def __call__(
        self, principal: Principal, command: DecideDossiers, cause: Cause, key: CommandKey
    ) -> list[Decided]:
        """An outcome for each, in the given order. The same call again decides nothing twice."""
        principal.require(Role.ACCREDITATION_OFFICER)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(participant_id: str) -> Decided:
            async with gate:
                try:
                    return await self._decide(principal, command, participant_id, cause, key)
                except Refusal as refusal:
                    return Decided(participant_id, None, refusal.code)

        return list(await asyncio.gather(*(one(each) for each in dict.fromkeys(command.participant_ids))))

    async def _decide(
        self, principal: Principal, command: DecideDossiers, participant_id: str, cause: Cause, key: CommandKey
    ) -> Decided:
        async def work(tx: Transaction) -> dict[str, Any]:
            dossier = await self._dossiers.by_id(participant_id, tx)
            if dossier is None:
                raise UnknownDossierError
            decided, event = _verdict(dossier, command, principal.person_id)
            await self._dossiers.save(tx, decided)
            tx.emit(event)
            if isinstance(event, Approved):
                await self._issue_badge(tx, decided)
            if isinstance(event, Rejected):
                await end_badges(tx, self._badges, participant_id, Reason.REJECTED)
            return {"state": decided.state.value}

        of_one = replace(key, key=f"{key.key}/{participant_id}")
        done = await self._unit_of_work.run_command(
            work, cause=cause, command=of_one, serialise=f"dossier:{participant_id}"
        )
        return Decided(participant_id, done["state"], None)


def _verdict(dossier: Dossier, command: DecideDossiers, officer: str) -> tuple[Dossier, DossierEvent]:
    match command.verdict:
        case Verdict.APPROVE:
            return dossier.approve(officer)
        case Verdict.REJECT:
            return dossier.reject(command.releasable_code)
        case Verdict.RETURN:
            return dossier.send_back(command.fields)
