"""Approve, reject or return the dossiers of several participants at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.prepare_badge import PrepareBadge
from services.accreditation.application.records import Bind, conference_of
from services.accreditation.domain.dossier import Decided, Dossier, DossierState, Officer
from services.accreditation.domain.errors import (
    DossierChangedError,
    DossierNotFoundError,
    FieldsRequiredError,
    ReleasableCodeRequiredError,
    UnknownFieldError,
)
from services.accreditation.domain.events import RevocationReason
from services.accreditation.domain.ports import Records
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import FIELDS
from shared.security.principal import Principal, Role


class Decision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


class ReleasableCode(StrEnum):
    """Why somebody is rejected, as far as the delegation may know; a refusal by screening reads like any other."""

    NOT_ACCREDITED = "not_accredited"
    DOCUMENT_NOT_VALID = "document_not_valid"
    DATA_INCOMPLETE = "data_incomplete"
    CATEGORY_NOT_MET = "category_not_met"


@dataclass(frozen=True)
class DecideDossiers:
    """`revisions` says what the officer saw of each; a dossier that changed since is refused, where one is given."""

    decision: Decision
    participant_ids: tuple[str, ...]
    releasable_code: ReleasableCode | None = None
    fields: tuple[str, ...] = ()
    revisions: Mapping[str, int] = field(default_factory=dict)


class DecideDossiersHandler:
    def __init__(self, bulk: Bulk, bind: Bind, prepare_badge: PrepareBadge) -> None:
        self._bulk = bulk
        self._bind = bind
        self._prepare_badge = prepare_badge

    async def __call__(self, principal: Principal, command: DecideDossiers, cause: Cause, key: CommandKey) -> list[Row]:
        """A row for each: `decided`, `awaits_second_officer`, or `refused` with its code.

        Raises RoleRequiredError, ReleasableCodeRequiredError, FieldsRequiredError, UnknownFieldError,
        IdempotencyKeyReusedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        if command.decision is Decision.REJECT and command.releasable_code is None:
            raise ReleasableCodeRequiredError
        if command.decision is Decision.RETURN and not command.fields:
            raise FieldsRequiredError
        if not set(command.fields) <= set(FIELDS):
            raise UnknownFieldError
        officer = Officer(principal.account_id, principal.person_id)

        async def decide_one(tx: Transaction, participant_id: str) -> str:
            return await self._decide(tx, participant_id, command, officer)

        return await self._bulk(command.participant_ids, decide_one, cause=cause, command=key)

    async def _decide(self, tx: Transaction, participant_id: str, command: DecideDossiers, officer: Officer) -> str:
        records = self._bind(tx)
        dossier = await records.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        if command.revisions.get(participant_id, dossier.submission.revision) != dossier.submission.revision:
            raise DossierChangedError(dossier.submission.revision)
        decided, events = await self._apply(records, dossier, command, officer, tx)
        await records.save_dossier(decided)
        for event in events:
            tx.emit(event)
        await self._follow_up(records, decided, tx)
        if decided.state is DossierState.AWAITING_SECOND_OFFICER:
            return "awaits_second_officer"
        return "decided"

    async def _apply(
        self, records: Records, dossier: Dossier, command: DecideDossiers, officer: Officer, tx: Transaction
    ) -> Decided:
        match command.decision:
            case Decision.APPROVE:
                conference = await conference_of(records)
                review = conference.category(dossier.submission.category).review
                return dossier.approve(officer, review, tx.now)
            case Decision.REJECT:
                assert command.releasable_code is not None, "checked before the first row"
                return dossier.reject(command.releasable_code.value, tx.now)
            case Decision.RETURN:
                return dossier.return_for_correction(command.fields, tx.now)

    async def _follow_up(self, records: Records, decided: Dossier, tx: Transaction) -> None:
        """The badge of who is approved; the end of every badge of who is rejected."""
        if decided.state is DossierState.APPROVED:
            conference = await conference_of(records)
            for prepared in await self._prepare_badge.if_needed(records, decided, conference, tx.now):
                tx.emit(prepared)
        elif decided.state is DossierState.REJECTED:
            live = await records.live_badges(decided.participant_id)
            ended, events = live.revoke_all(RevocationReason.REJECTED, tx.now)
            await records.save_badges(ended)
            for event in events:
                tx.emit(event)
