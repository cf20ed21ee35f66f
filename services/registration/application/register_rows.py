"""Register the good rows of an import, some a commit, from where it stands to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from services.registration.application.check_import import with_bad_photos
from services.registration.application.check_roster import Compared, chunks
from services.registration.application.import_files import portraits, sent_files
from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.person_record import record_of
from services.registration.application.scope import delegation_of
from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.participant import Corrected, Submitted
from services.registration.domain.ports import Imports, PhotoArchive
from services.registration.domain.registration_form import Form
from services.registration.domain.roster_import import CommitOrder, ImportResult, RosterImport
from services.registration.domain.roster_row import Fault, RosterRow
from services.registration.domain.row_plan import Outcome, PlannedRow, ReadyRow, RowPlan, Said, plan_rows
from shared.ahead import one_ahead
from shared.errors import BusyError, Refusal
from shared.messaging.unit_of_work import Cause, Transaction
from shared.security.personal_data import PersonalRecord

ROWS_A_COMMIT: Final = 100
_NOTED: Final = {Outcome.REGISTERED: ChangeKind.SUBMITTED, Outcome.CORRECTED: ChangeKind.CORRECTED}
_BAD_PHOTO: Final = Fault("photo_name", "photo.unreadable")


class OvertakenError(Exception):
    """Somebody else registers the rows of this import, or nobody does any more."""


@dataclass
class _Batch:
    """Rows ready to be written in one commit, the last row of the sheet among them, and those that cannot be."""

    last_row: int
    left: int
    rows: list[ReadyRow] = field(default_factory=list)
    records: dict[str, PersonalRecord] = field(default_factory=dict)
    left_behind: int = 0


class RegisterRows:
    """Where the import stands is written in the commit of its rows: a crash leaves no row double and none out."""

    def __init__(self, parts: ListParts, imports: Imports) -> None:
        self._parts = parts
        self._imports = imports

    async def __call__(self, ordered: RosterImport) -> None:
        """Raises ImportExpiredError, UnknownDelegationError, BusyError, OvertakenError, InfrastructureError."""
        order = _order(ordered)
        workbook, photos = await sent_files(self._parts, ordered.import_id)
        compared = await self._compared(order.last_row, ordered, workbook, photos)
        now = ordered
        async with aclosing(one_ahead(self._batches(ordered.delegation, photos, compared))) as batches:
            async for batch in batches:
                now = await self._write(now, batch)
        await self._finish(now)

    async def _batches(self, delegation: str, photos: PhotoArchive, compared: Compared) -> AsyncIterator[_Batch]:
        rows = compared.roster.rows
        forms = await self._parts.forms.current_of({row.person.category for row in rows if row.person})
        left = len(rows)
        for some in chunks(rows, ROWS_A_COMMIT):
            left -= len(some)
            yield await self._ready(delegation, some, left, photos, forms, compared)

    async def _compared(self, last_row: int, ordered: RosterImport, workbook: bytes, photos: PhotoArchive) -> Compared:
        """The good rows after that one, without their sheet, beside the list."""
        parts = self._parts
        conference, delegation = await delegation_of(parts.conference, ordered.delegation)
        roster = await parts.check.row_by_row(conference, delegation, workbook, photos.names)
        roster = with_bad_photos(roster, dict.fromkeys(ordered.bad_photos, _BAD_PHOTO))
        compared = await parts.check.together(conference, delegation, roster)
        rows = tuple(row for row in compared.roster.rows if row.is_good and row.number > last_row)
        return replace(compared, roster=replace(compared.roster, rows=rows, sheet=None))

    async def _ready(
        self,
        delegation: str,
        rows: Sequence[RosterRow],
        left: int,
        photos: PhotoArchive,
        forms: Mapping[str, Form],
        compared: Compared,
    ) -> _Batch:
        parts, batch = self._parts, _Batch(rows[-1].number, left)
        portraits = await self._portraits(rows, photos)
        for row in rows:
            person = row.person
            assert person is not None, "a good row has a person"
            photo = portraits.get(person.photo_name or "")
            if person.photo_name and photo is None:
                batch.left_behind += 1
                continue
            record = record_of(person, photo)
            form, fingerprints = forms.get(person.category), parts.vault.fingerprints(record)
            said = Said(person.category, fingerprints, row.spoken, form, person.precedence)
            known = compared.registered.get(row.number)
            identity = known.identity if known else parts.check.identity(delegation, person)
            ready = ReadyRow(
                row.number,
                identity,
                said,
                parts.world.new_id(),
                leans=row.number in compared.leaning,
                becomes=compared.renewed.get(row.number),
            )
            batch.rows.append(ready)
            batch.records[ready.new_id] = record
        new = [row.new_id for row in batch.rows if row.number not in compared.registered]
        await parts.vault.ensure_keys(new)
        return batch

    async def _portraits(self, rows: Sequence[RosterRow], photos: PhotoArchive) -> dict[str, bytes]:
        """Those that do, by name; memory is bounded by the rows of two commits."""
        names = sorted({row.person.photo_name for row in rows if row.person and row.person.photo_name})
        found: dict[str, bytes] = {}
        async for some in portraits(photos, names):
            found |= {name: portrait for name, portrait in some if not isinstance(portrait, Refusal)}
        return found

    async def _write(self, seen: RosterImport, batch: _Batch) -> RosterImport:
        """One commit: rows, places, vault, events, history, and where the import stands."""
        parts, order, delegation = self._parts, _order(seen), seen.delegation
        identities = list({each: None for row in batch.rows for each in (row.identity, row.becomes) if each})
        conference, _ = await delegation_of(parts.conference, delegation)

        async def work(tx: Transaction) -> RosterImport:
            present = await parts.participants.in_transaction(tx, delegation, identities)
            quotas = await parts.quotas.within(tx, delegation)
            left = {category: quota.left for category, quota in quotas.items()}
            plan = plan_rows(batch.rows, present, left, delegation=delegation, conference_id=conference.id)
            outcomes = Counter(each.outcome for each in plan.rows)
            now = seen.went_on(batch.last_row, _result(outcomes, batch.left_behind), left=batch.left)
            if not await self._imports.go_on(tx, now, from_row=order.last_row):
                raise OvertakenError
            await self._carry_out(tx, plan, batch, delegation, order)
            return now

        cause = Cause(order.correlation_id, order.command_id, order.traceparent, order.by)
        return await parts.unit_of_work.run(work, cause=cause, serialise=list_of(delegation))

    async def _carry_out(
        self, tx: Transaction, plan: RowPlan, batch: _Batch, delegation: str, order: CommitOrder
    ) -> None:
        parts = self._parts
        for category, places in plan.places.items():
            if places < 0:
                await parts.quotas.give_back(tx, delegation, category, -places)
            elif not await parts.quotas.take(tx, delegation, category, places):
                raise BusyError
        done = [(each, each.after) for each in plan.rows if each.after is not None]
        new = [after for each, after in done if each.outcome is Outcome.REGISTERED]
        await parts.participants.add_many(tx, new)
        # Keys are durable before the commit that uses them: there already, but for whoever was known until just now.
        await parts.vault.ensure_keys([each.participant_id for each in new])
        await parts.vault.add_many(tx, {each.participant_id: batch.records[each.participant_id] for each in new})
        corrected = [(each, after) for each, after in done if each.outcome is Outcome.CORRECTED]
        for _, after in corrected:
            await parts.participants.save(tx, after)
        records = {after.participant_id: batch.records[each.row.new_id] for each, after in corrected}
        await parts.vault.put_many(tx, records, keep={after.participant_id: each.kept for each, after in corrected})
        for each, after in done:
            tx.emit(Submitted(after) if each.outcome is Outcome.REGISTERED else Corrected(after, each.fields))
        changes = [self._change(tx, each, after.participant_id, delegation, order) for each, after in done]
        await parts.changes.add_many(tx, changes)

    def _change(
        self, tx: Transaction, each: PlannedRow, participant_id: str, delegation: str, order: CommitOrder
    ) -> ListChange:
        return ListChange(
            change_id=self._parts.world.new_id(),
            delegation=delegation,
            participant_id=participant_id,
            kind=_NOTED[each.outcome],
            at=tx.now,
            by=order.by,
            note_id=order.note_id,
            fields=each.fields,
        )

    async def _finish(self, now: RosterImport) -> None:
        async def work(tx: Transaction) -> None:
            stored = await self._imports.in_transaction(tx, now.import_id)
            if stored is None or stored.order != now.order:
                raise OvertakenError
            await self._imports.save(tx, stored.committed())

        await self._parts.unit_of_work.run(work, cause=Cause(now.import_id, None, None, "service:registration"))


def _order(roster_import: RosterImport) -> CommitOrder:
    assert roster_import.order is not None, "only what was ordered is registered"
    return roster_import.order


def _result(outcomes: Mapping[Outcome, int], left_behind: int) -> ImportResult:
    counts = {outcome.value: outcomes.get(outcome, 0) for outcome in Outcome}
    return replace(ImportResult(**counts), left_behind=counts["left_behind"] + left_behind)
