"""Register the good rows of a checked import; the bad ones stay behind, and doing it again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from services.registration.application.person_record import record_of
from services.registration.application.scope import delegation_of, require_scope
from services.registration.application.start_import import PHOTOS, WORKBOOK, ImportParts
from services.registration.domain.errors import ImportExpiredError, UnknownDelegationError, UnknownImportError
from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.participant import Corrected, Participant, State, Submitted
from services.registration.domain.person import Person
from services.registration.domain.ports import Participants, Quotas
from services.registration.domain.roster_import import ImportResult, RosterImport
from shared.contracts.conference import Conference
from shared.messaging.locks import KeyedLocks
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.personal_data import PersonalRecord
from shared.security.principal import Principal, Role

ROWS_A_COMMIT: Final = 20


class Outcome(StrEnum):
    REGISTERED = "registered"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    LEFT_BEHIND = "left_behind"


_NOTED: Final = {Outcome.REGISTERED: ChangeKind.SUBMITTED, Outcome.CORRECTED: ChangeKind.CORRECTED}


@dataclass(frozen=True)
class _Row:
    """A good row ready to be written: its keyed identity and fingerprints beside the record itself."""

    identity: str
    category: str
    fingerprints: Mapping[str, str]
    record: PersonalRecord
    new_id: str
    form_version: int


class CommitImportHandler:
    def __init__(self, parts: ImportParts, participants: Participants, quotas: Quotas) -> None:
        self._parts = parts
        self._participants = participants
        self._quotas = quotas
        self._locks = KeyedLocks()

    async def __call__(self, principal: Principal, import_id: str, cause: Cause, key: CommandKey) -> RosterImport:
        """The import with its result. Rows are written twenty a commit, in the file's order.

        A crash half-way leaves whole rows: committing again goes on where it stopped, because a row that is
        registered already is unchanged. Raises UnknownImportError, ImportExpiredError, BusyError while it is being
        committed elsewhere.
        """
        principal.require(Role.FOCAL_POINT)
        await self._own(principal, import_id)
        async with self._locks.hold(import_id):
            roster_import = await self._own(principal, import_id)
            if roster_import.result is not None:
                return roster_import
            return await self._commit(roster_import, principal.account_id, cause, key)

    async def _commit(self, roster_import: RosterImport, by: str, cause: Cause, key: CommandKey) -> RosterImport:
        conference, delegation = await delegation_of(self._parts.conference, roster_import.delegation)
        rows = await self._good_rows(roster_import, conference)
        outcomes: Counter[Outcome] = Counter()
        for start in range(0, len(rows), ROWS_A_COMMIT):
            chunk = rows[start : start + ROWS_A_COMMIT]
            outcomes.update(await self._write(chunk, delegation.code, conference.id, by, cause))
        result = ImportResult(
            registered=outcomes[Outcome.REGISTERED],
            corrected=outcomes[Outcome.CORRECTED],
            unchanged=outcomes[Outcome.UNCHANGED],
            left_behind=roster_import.rows - len(rows) + outcomes[Outcome.LEFT_BEHIND],
        )
        committed = roster_import.committed(result)

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._parts.imports.save(tx, committed)
            return asdict(result)

        await self._parts.unit_of_work.run_command(work, cause=cause, command=key)
        return committed

    async def _own(self, principal: Principal, import_id: str) -> RosterImport:
        found = await self._parts.imports.by_id(import_id)
        if found is None:
            raise UnknownImportError
        try:
            require_scope(principal, found.delegation)
        except UnknownDelegationError:
            raise UnknownImportError from None
        return found

    async def _good_rows(self, roster_import: RosterImport, conference: Conference) -> list[_Row]:
        parts = self._parts
        _, delegation = await delegation_of(parts.conference, roster_import.delegation)
        workbook = await parts.files.get(roster_import.import_id, WORKBOOK)
        if workbook is None:
            raise ImportExpiredError
        photos = await parts.files.get(roster_import.import_id, PHOTOS)
        roster = await parts.check(conference, delegation, workbook, photos)
        people = [row.person for row in roster.rows if row.is_good and row.person is not None]
        forms = {code: await parts.check.forms.current(code) for code in {person.category for person in people}}
        versions = {code: form.version if form else 1 for code, form in forms.items()}
        return [
            self._row(delegation.code, person, roster.photos.get(person.photo_name or ""), versions[person.category])
            for person in people
        ]

    def _row(self, delegation: str, person: Person, photo: bytes | None, form_version: int) -> _Row:
        vault = self._parts.vault
        record = record_of(person, photo)
        fingerprints = {name: vault.fingerprint(name, value) for name, value in record.to_json().items()}
        identity = self._parts.check.identity(delegation, person)
        return _Row(identity, person.category, fingerprints, record, self._parts.world.new_id(), form_version)

    async def _write(
        self, rows: Sequence[_Row], delegation: str, conference_id: str, by: str, cause: Cause
    ) -> list[Outcome]:
        """Write some rows in one commit. Keys of new people are durable before it."""
        present = await self._participants.by_identities(delegation, [row.identity for row in rows])
        await self._parts.vault.ensure_keys([row.new_id for row in rows if row.identity not in present])

        async def work(tx: Transaction) -> list[Outcome]:
            now = await self._participants.in_transaction(tx, delegation, [row.identity for row in rows])
            done = [await self._write_row(tx, row, now.get(row.identity), delegation, conference_id) for row in rows]
            ids = [now[row.identity].participant_id if row.identity in now else row.new_id for row in rows]
            await self._note(tx, delegation, by, list(zip(ids, done, strict=True)))
            return done

        return await self._parts.unit_of_work.run(work, cause=cause, serialise=f"delegation:{delegation}")

    async def _note(self, tx: Transaction, delegation: str, by: str, done: Sequence[tuple[str, Outcome]]) -> None:
        """Write what was done into the list's history."""
        changes = [
            ListChange(self._parts.world.new_id(), delegation, participant_id, _NOTED[outcome], tx.now, by)
            for participant_id, outcome in done
            if outcome in _NOTED
        ]
        await self._parts.changes.add_many(tx, changes)

    async def _write_row(
        self, tx: Transaction, row: _Row, present: Participant | None, delegation: str, conference_id: str
    ) -> Outcome:
        if present is None:
            return await self._register(tx, row, delegation, conference_id)
        fields = present.changed_fields(row.category, row.fingerprints)
        if not fields:
            # Also for somebody who was withdrawn or rejected: an old file sent again must not bring them back.
            return Outcome.UNCHANGED
        if row.category != present.category or not present.holds_place:
            if not await self._quotas.take(tx, delegation, row.category):
                return Outcome.LEFT_BEHIND
            if present.holds_place:
                await self._quotas.give_back(tx, delegation, present.category)
        corrected = present.corrected(row.category, row.fingerprints, form_version=row.form_version)
        await self._participants.save(tx, corrected)
        await self._parts.vault.put(tx, corrected.participant_id, row.record)
        tx.emit(Corrected(corrected, fields))
        return Outcome.CORRECTED

    async def _register(self, tx: Transaction, row: _Row, delegation: str, conference_id: str) -> Outcome:
        if not await self._quotas.take(tx, delegation, row.category):
            return Outcome.LEFT_BEHIND
        participant = Participant(
            participant_id=row.new_id,
            conference_id=conference_id,
            delegation=delegation,
            category=row.category,
            identity=row.identity,
            fingerprints=row.fingerprints,
            state=State.SUBMITTED,
            form_version=row.form_version,
        )
        await self._participants.add(tx, participant)
        await self._parts.vault.put(tx, row.new_id, row.record)
        tx.emit(Submitted(participant))
        return Outcome.REGISTERED
