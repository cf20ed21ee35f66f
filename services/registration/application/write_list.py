"""Each change of a delegation's list, inside a transaction: state, quota, vault, event and history together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.registration.application.fill_form import Filled
from services.registration.application.list_parts import ListParts
from services.registration.domain.errors import AlreadyRegisteredError
from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.notice import NOTICED, Notice
from services.registration.domain.participant import Corrected, Participant, State, Submitted, Withdrawn
from services.registration.domain.permit_request import PermitRequestWithdrawn
from services.registration.domain.reconciliation import OverQuotaError
from shared.messaging.unit_of_work import Transaction


@dataclass(frozen=True)
class Authority:
    """Who changes the list, and on which note verbale."""

    by: str
    note_id: str | None = None


class WriteList:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def save_draft(self, tx: Transaction, draft: Participant, filled: Filled, authority: Authority) -> None:
        """Keep a new draft, or an old one again."""
        participants = self._parts.participants
        await (participants.add(tx, draft) if draft.version == 1 else participants.save(tx, draft))
        await self._parts.vault.put(tx, draft.participant_id, filled.record)
        if draft.version == 1:
            await self.note(tx, draft, ChangeKind.DRAFTED, authority)

    async def submit(
        self,
        tx: Transaction,
        draft: Participant,
        filled: Filled,
        authority: Authority,
        *,
        is_new: bool = False,
        takes_place: bool = True,
        kind: ChangeKind = ChangeKind.SUBMITTED,
    ) -> Participant:
        """Submit a draft; `is_new` when it was never kept, `kind` what the list's history calls it.

        Raises AlreadyRegisteredError, OverQuotaError.
        """
        await self._require_alone(tx, draft, filled)
        if takes_place:
            await self._take(tx, draft)
        submitted = replace(
            draft.corrected(draft.category, filled.fingerprints, form_version=filled.form.version),
            identity=filled.identity,
            version=1 if is_new else draft.version + 1,
        )
        participants = self._parts.participants
        await (participants.add(tx, submitted) if is_new else participants.save(tx, submitted))
        await self._parts.vault.put(tx, submitted.participant_id, filled.record)
        tx.emit(Submitted(submitted))
        await self.note(tx, submitted, kind, authority)
        return submitted

    async def correct(
        self,
        tx: Transaction,
        present: Participant,
        category: str,
        filled: Filled,
        authority: Authority,
        *,
        precedence: int | None,
        replies: Mapping[str, str] | None = None,
    ) -> Participant:
        """Submit somebody again. Who did not hold a place takes one. Raises the refusals of `submit`.

        `replies` are what the delegation writes to an officer's remarks on single fields.

        Nothing happens when nothing changed, unless an officer waits for an answer.
        """
        fields = present.changed_fields(category, filled.fingerprints)
        fields += ("precedence",) * (precedence != present.precedence)
        if not fields and present.holds_place and present.state is not State.RETURNED:
            return present
        await self._require_alone(tx, present, filled)
        answers = await self._sealed(tx, present, replies or {})
        corrected = replace(
            present.corrected(category, filled.fingerprints, form_version=filled.form.version, answers=answers),
            identity=filled.identity,
            precedence=precedence,
        )
        if category != present.category or not present.holds_place:
            await self._take(tx, corrected)
            if present.holds_place:
                await self._parts.quotas.give_back(tx, present.delegation, present.category)
        await self._parts.participants.save(tx, corrected)
        await self._parts.vault.put(tx, corrected.participant_id, filled.record)
        tx.emit(Corrected(corrected, fields, answers))
        await self.note(tx, corrected, ChangeKind.CORRECTED, authority, fields)
        return corrected

    async def _sealed(self, tx: Transaction, present: Participant, replies: Mapping[str, str]) -> dict[str, str]:
        """The ids of what is said to fields that wait for an answer, by field."""
        waiting = {each.field for each in present.remarks if each.changed is None}
        sealed = {name: self._parts.world.new_id() for name in replies if name in waiting and replies[name].strip()}
        for name, text_id in sealed.items():
            await self._parts.texts.put(tx, present.participant_id, text_id, replies[name].strip())
        return sealed

    async def withdraw(self, tx: Transaction, present: Participant, authority: Authority) -> Participant:
        """The place is free again. Raises AlreadyWithdrawnError, NotADraftError."""
        withdrawn = present.withdrawn()
        await self._parts.participants.save(tx, withdrawn)
        if present.holds_place:
            await self._parts.quotas.give_back(tx, present.delegation, present.category)
        tx.emit(Withdrawn(withdrawn))
        await self.note(tx, withdrawn, ChangeKind.WITHDRAWN, authority)
        await self._end_permits(tx, withdrawn)
        return withdrawn

    async def substitute(
        self, tx: Transaction, goes: Participant, comes: Participant, filled: Filled, authority: Authority
    ) -> tuple[Participant, Participant]:
        """One out, one in, the place kept. Raises CannotSubstituteError and the refusals of `submit`."""
        gone = goes.gives_place_to(comes)
        await self._parts.participants.save(tx, gone)
        tx.emit(Withdrawn(gone))
        await self.note(tx, gone, ChangeKind.SUBSTITUTED, authority)
        await self._end_permits(tx, gone)
        comes = replace(comes, substitutes=gone.participant_id)
        come = await self.submit(tx, comes, filled, authority, takes_place=not goes.holds_place)
        return gone, come

    async def discard(self, tx: Transaction, draft: Participant, authority: Authority) -> None:
        """Forget a draft. Raises NotADraftError."""
        draft.drafted(draft.category, {}, None)
        await self._parts.participants.remove(tx, draft)
        await self._parts.vault.remove(tx, draft.participant_id)
        await self.note(tx, draft, ChangeKind.DISCARDED, authority)

    async def note(
        self,
        tx: Transaction,
        participant: Participant,
        kind: ChangeKind,
        authority: Authority,
        fields: tuple[str, ...] = (),
    ) -> None:
        """Write the change into the list's history, and among the notices if the delegation waits for such."""
        change = ListChange(
            change_id=self._parts.world.new_id(),
            delegation=participant.delegation,
            participant_id=participant.participant_id,
            kind=kind,
            at=tx.now,
            by=authority.by,
            note_id=authority.note_id,
            fields=fields,
        )
        await self._parts.changes.add(tx, change)
        if kind in NOTICED:
            notice = Notice(change.change_id, change.delegation, kind, change.at, change.participant_id)
            await self._parts.notices.add(tx, notice)

    async def _end_permits(self, tx: Transaction, gone: Participant) -> None:
        """Who does not come brings no weapon, radio or vehicle."""
        for request in await self._parts.permits.open_of(tx, gone.participant_id):
            withdrawn = request.withdraw()
            await self._parts.permits.save(tx, withdrawn)
            tx.emit(PermitRequestWithdrawn(withdrawn))

    async def _take(self, tx: Transaction, participant: Participant) -> None:
        if not await self._parts.quotas.take(tx, participant.delegation, participant.category):
            raise OverQuotaError((participant.category,))

    async def _require_alone(self, tx: Transaction, participant: Participant, filled: Filled) -> None:
        found = await self._parts.participants.in_transaction(tx, participant.delegation, [filled.identity])
        other = found.get(filled.identity)
        if other is not None and other.participant_id != participant.participant_id:
            raise AlreadyRegisteredError(other.participant_id)
