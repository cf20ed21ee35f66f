"""Approve at once in an emergency, past every stage; and the review of it that another officer owes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.follow_decision import FollowDecision
from services.accreditation.application.records import Bind, BindDossierBooks, conference_of, participant_lock
from services.accreditation.domain.claim import require_free
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Decided, Dossier
from services.accreditation.domain.dossier_errors import DossierNotFoundError
from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.step import InternalCode, Step
from services.accreditation.domain.workflow import released_at
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class BreakGlass:
    participant_id: str
    internal_code: InternalCode


@dataclass(frozen=True)
class ReviewBreakGlass:
    participant_id: str
    upheld: bool


class BreakGlassHandler:
    def __init__(self, work: UnitOfWork, bind: Bind, books: BindDossierBooks, follow: FollowDecision) -> None:
        self._work = work
        self._bind = bind
        self._books = books
        self._follow = follow

    async def __call__(
        self, principal: Principal, command: BreakGlass, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises RoleRequiredError, DossierNotFoundError, ClaimedError, DossierStateError, WatchlistedError."""

        def step(dossier: Dossier, officer: Officer, conference: ConferenceRules, tx: Transaction) -> Decided:
            return dossier.broken_glass(officer, conference.category(dossier.submission.category).workflow, tx.now)

        code = command.internal_code.value
        return await self._run(principal, command.participant_id, step, ("break_glass", code), cause, key)

    async def review(
        self, principal: Principal, command: ReviewBreakGlass, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises RoleRequiredError, DossierNotFoundError, ClaimedError, DossierStateError, SamePersonError."""

        def step(dossier: Dossier, officer: Officer, conference: ConferenceRules, tx: Transaction) -> Decided:
            tell_at = released_at(tx.now, conference.rejections_released_every_minutes)
            return dossier.reviewed_glass(command.upheld, officer, tx.now, tell_at=tell_at)

        action = "uphold" if command.upheld else "overrule"
        return await self._run(principal, command.participant_id, step, (action, None), cause, key)

    async def _run(
        self,
        principal: Principal,
        participant_id: str,
        step: Callable[[Dossier, Officer, ConferenceRules, Transaction], Decided],
        said: tuple[str, str | None],
        cause: Cause,
        key: CommandKey,
    ) -> dict[str, Any]:
        principal.require(Role.ACCREDITATION_OFFICER)
        officer = officer_of(principal)

        async def work(tx: Transaction) -> dict[str, Any]:
            records, books = self._bind(tx), self._books(tx)
            dossier = await records.dossier(participant_id)
            if dossier is None:
                raise DossierNotFoundError
            require_free(await books.claim(participant_id), officer, tx.now)
            after, events = step(dossier, officer, await conference_of(records), tx)
            action, code = said
            await books.note(Step(participant_id, dossier.version + 1, officer, tx.now, action, code))
            await books.end_claim(participant_id)
            await self._follow(tx, records, after, events)
            return {"state": after.state.value}

        return await self._work.run_command(work, cause=cause, command=key, serialise=participant_lock(participant_id))
