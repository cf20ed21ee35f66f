"""Approve, reject or return the dossiers of several participants at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.follow_decision import FollowDecision
from services.accreditation.application.records import Bind, BindDossierBooks, conference_of
from services.accreditation.domain.decision import Decision, Verdict, decided, outcome_of
from services.accreditation.domain.dossier_errors import (
    DossierNotFoundError,
    FieldsRequiredError,
    InternalCodeRequiredError,
    ReleasableCodeRequiredError,
    UnknownFieldError,
)
from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.dossier_ports import DossierViews
from services.accreditation.domain.step import Step
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import FIELDS
from shared.security.principal import Principal, Role
from shared.security.sealed_texts import SealedTexts
from shared.written_text import require_clean

_TEXTS: Final = uuid.UUID("0d4d3c1e-6a52-5b0e-9f5e-0c4f7f1b2a90")


@dataclass(frozen=True)
class DecideDossiers:
    """`remark` goes to the delegation with a return, and so do `remarks` on single fields; `note` stays among officers.

    All are sealed in the vault.
    """

    verdict: Verdict
    participant_ids: tuple[str, ...]
    remark: str | None = None
    note: str | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> dict[str, str]:
        """Every text that is written, by its kind."""
        of_fields = {f"remark/{name}": text for name, text in self.remarks.items()}
        return {kind: text for kind, text in (("remark", self.remark), ("note", self.note)) if text} | of_fields

    def require_sound(self) -> None:
        """Whole, and nothing that is written in it misleads. Raises as `require_whole` does, MisleadingTextError."""
        require_whole(self.verdict)
        of_fields = {f"remarks.{name}": text for name, text in self.remarks.items()}
        for name, text in {"remark": self.remark, "note": self.note, **of_fields}.items():
            require_clean(name, text or "", has_lines=True)


def require_whole(verdict: Verdict) -> None:
    """Raises ReleasableCodeRequiredError, InternalCodeRequiredError, FieldsRequiredError, UnknownFieldError."""
    if verdict.decision is Decision.REJECT and verdict.releasable_code is None:
        raise ReleasableCodeRequiredError
    if verdict.decision is Decision.REJECT and verdict.internal_code is None:
        raise InternalCodeRequiredError
    if verdict.decision is Decision.RETURN and not verdict.fields:
        raise FieldsRequiredError
    if not set(verdict.fields) <= set(FIELDS):
        raise UnknownFieldError


def officer_of(principal: Principal) -> Officer:
    return Officer(principal.account_id, principal.person_id)


def _text_id(key: CommandKey, participant_id: str, kind: str) -> str:
    return str(uuid.uuid5(_TEXTS, f"{key.command_id} {participant_id} {kind}"))


class DecideDossiersHandler:
    def __init__(
        self,
        bulk: Bulk,
        bind: Bind,
        books: BindDossierBooks,
        follow: FollowDecision,
        dossiers: DossierViews,
        texts: SealedTexts,
    ) -> None:
        self._bulk = bulk
        self._dossiers = dossiers
        self._texts = texts
        self._bind = bind
        self._books = books
        self._follow = follow

    async def __call__(self, principal: Principal, command: DecideDossiers, cause: Cause, key: CommandKey) -> list[Row]:
        """A row for each: `decided`, `passed_on`, `awaits_second_officer`, or `refused` with its code.

        Raises RoleRequiredError, ReleasableCodeRequiredError, InternalCodeRequiredError, FieldsRequiredError,
        UnknownFieldError, MisleadingTextError, IdempotencyKeyReusedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        command.require_sound()
        officer = officer_of(principal)
        await self._keep_texts(command, key)

        async def decide_one(tx: Transaction, participant_id: str) -> str:
            verdict = replace(
                command.verdict,
                remark_id=_text_id(key, participant_id, "remark") if command.remark else None,
                note_id=_text_id(key, participant_id, "note") if command.note else None,
                remark_ids={name: _text_id(key, participant_id, f"remark/{name}") for name in command.remarks},
            )
            return await self._decide(tx, participant_id, verdict, officer)

        return await self._bulk(command.participant_ids, decide_one, cause=cause, command=key)

    async def _keep_texts(self, command: DecideDossiers, key: CommandKey) -> None:
        """Each person's texts under that person's key, before the commit that names them; again has no effect."""
        if not (said := command.said):
            return
        for participant_id in await self._dossiers.dossiers(command.participant_ids):
            for kind, text in said.items():
                await self._texts.keep(participant_id, _text_id(key, participant_id, kind), text)

    async def _decide(self, tx: Transaction, participant_id: str, verdict: Verdict, officer: Officer) -> str:
        records, books = self._bind(tx), self._books(tx)
        dossier = await records.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        claim = await books.claim(participant_id)
        after, events = decided(dossier, verdict, claim, officer, await conference_of(records), tx.now)
        step = Step(participant_id, dossier.version + 1, officer, tx.now, verdict.decision.value)
        code = verdict.internal_code.value if verdict.internal_code else None
        await books.note(replace(step, code=code, text_id=verdict.note_id or verdict.remark_id))
        await books.end_claim(participant_id)
        await self._follow(tx, records, after, events)
        return outcome_of(after, verdict.decision)
