"""Claim a dossier, so that no two officers work on it unknowingly; renew, take over or end a claim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.records import Bind, BindDossierBooks, participant_lock
from services.accreditation.domain.claim import Claim, require_free
from services.accreditation.domain.dossier_errors import AssignedError, DossierNotFoundError
from services.accreditation.domain.step import Step
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ClaimDossier:
    """With `take_over` another officer's claim or assignment ends, knowingly, and the dossier's steps say so."""

    participant_id: str
    take_over: bool = False


class ClaimDossierHandler:
    def __init__(self, work: UnitOfWork, bind: Bind, books: BindDossierBooks) -> None:
        self._work = work
        self._bind = bind
        self._books = books

    async def __call__(
        self, principal: Principal, command: ClaimDossier, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Answers until when the claim holds. Raises RoleRequiredError, DossierNotFoundError, ClaimedError,
        AssignedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        officer, participant_id = officer_of(principal), command.participant_id

        async def work(tx: Transaction) -> dict[str, Any]:
            records, books = self._bind(tx), self._books(tx)
            dossier = await records.dossier(participant_id)
            if dossier is None:
                raise DossierNotFoundError
            claim = await books.claim(participant_id)
            assigned = dossier.assigned_to
            is_anothers = assigned is not None and assigned.person_id != officer.person_id
            if command.take_over and (is_anothers or (claim is not None and claim.is_anothers(officer, tx.now))):
                await records.save_dossier(replace(dossier, assigned_to=officer if assigned else None))
                await books.note(Step(participant_id, dossier.version + 1, officer, tx.now, "take_over"))
            elif not command.take_over:
                require_free(claim, officer, tx.now)
                if is_anothers and assigned is not None:
                    raise AssignedError(assigned.person_id)
            made = Claim.made(participant_id, officer, tx.now)
            await books.save_claim(made)
            return {"until": made.until.isoformat()}

        return await self._work.run_command(work, cause=cause, command=key, serialise=participant_lock(participant_id))

    async def end(self, principal: Principal, participant_id: str, cause: Cause, key: CommandKey) -> None:
        """Give the dossier free; another officer's claim stays. Raises RoleRequiredError."""
        principal.require(Role.ACCREDITATION_OFFICER)
        officer = officer_of(principal)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._books(tx)
            claim = await books.claim(participant_id)
            if claim is not None and claim.officer.person_id == officer.person_id:
                await books.end_claim(participant_id)
            return {}

        await self._work.run_command(work, cause=cause, command=key, serialise=participant_lock(participant_id))
